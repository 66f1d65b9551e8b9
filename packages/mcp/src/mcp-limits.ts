/** What one answer holds at most, and what is kept between calls. docs/MCP.md lists them. */
export const MCP_LIMITS = {
  /** A body, diff or document longer than this is given in pieces. */
  pieceCharsMax: 16_000,
  /** What `context_resolve` may be asked to fill. */
  resolveTokensMax: 100_000,
  listEntriesMax: 200,
  searchHitsMax: 50,
  /** How far `skip` may reach. */
  searchSkipMax: 200,
  historyEntriesMax: 100,
  /** Entities and relations of one memory; beyond it reading the whole graph is refused. */
  graphContextsMax: 10_000,
  /** Contexts read at the same time for one answer. */
  readsAtOnceMax: 16,
  /** Items of one batch that is sent to the node. */
  batchItemsMax: 128,
  /** Parts of a token; the oldest is left out first. */
  tokenPartsMax: 8,
  tokenWaitMs: 10_000,
  waitMsMax: 60_000,
  /** Pairs of a tool and an agent that are counted; further agents are counted as one. */
  usageRowsMax: 1_024,
  completionsMax: 100,
  listedResourcesMax: 100,
  /** Characters of an agent's name that are kept. */
  agentCharsMax: 128,
  /** Addresses that one client may follow. */
  subscriptionsMax: 1_024
} as const
