const KIB = 1_024
const MIB = 1_024 * KIB

/**
 * The limits that are part of the format: a writer refuses to go beyond them
 * before anything is written, and a receiver voids what does. They decide
 * whether a commit is valid, so no node can set them; another value is another
 * format version. `docs/LIMITS.md` says for each what happens at it.
 */
export const FORMAT_LIMITS = {
  // Paths
  pathBytesMax: 1_024,
  pathSegmentsMax: 32,
  segmentBytesMax: 255,

  // A context
  bodyBytesMax: 1 * MIB,
  /** Checked by the writer only: two replicas below it may merge above it. */
  contextBytesMax: 2 * MIB,
  fieldsDepthMax: 16,
  tagsMax: 1_024,
  tagBytesMax: 256,
  linksMax: 4_096,
  linkRelBytesMax: 256,
  metaKeysMax: 64,
  metaValueBytesMax: 4 * KIB,

  // A commit
  commitEntriesMax: 256,
  commitPayloadBytesMax: 4 * MIB,
  headerBytesMax: 4 * KIB,
  entryBytesMax: 16 * KIB,
  entryDepsMax: 256,
  entryClientsMax: 64,
  noteBytesMax: 1 * KIB,
  agentBytesMax: 128,
  runBytesMax: 256,

  // The policy
  policyEntryBytesMax: 1 * MIB,
  policyStatementsMax: 256,
  /** Places of chains that the cuts or the frontiers of one entry name. */
  policyChainsMax: 8_192,
  grantBytesMax: 4 * KIB,
  /** Grants that the owner gave, over the life of a network. */
  ownerGrantsMax: 65_536,
  /** Grants taken away, over the life of a network. */
  takingsMax: 65_536,
  delegationDepthMax: 8,
  spacesMax: 4_096,
  membersMax: 65_536,
  memberNameBytesMax: 256,
  memberAddressesMax: 16,
  addressBytesMax: 512,
  suspensionMsMax: 72 * 60 * 60 * 1_000,
  ticketAddressesMax: 16,

  // A Yjs update inside an entry
  updateStructsMax: 20_000,
  /** Sum of the lengths of all structs. One forged struct can claim 2^45. */
  updateLengthMax: 2 ** 21,
  /** Each range may split a struct in two, and Yjs moves all later ones to make room. */
  updateDeletesMax: 20_000,
  /** Structs with the same left neighbour. Yjs compares each with all that others inserted there: 20,000 took a minute. */
  updateSiblingsMax: 1_000,
  /** Values inside fields. Two bytes can stand for an object that takes fifty-six in memory. */
  updateValuesMax: 262_144,

  // Time
  signAheadMsMax: 120_000,
  parkAheadMsMax: 300_000,

  // Messages
  gossipMessageBytesMax: 256 * KIB,
  syncFrameBytesMax: 256 * KIB,
  /** Of streams between nodes; both sides count by the same window. */
  streamFrameBytesMax: 512 * KIB,
  /** What one side sent on a stream and the other has not read. */
  streamWindowBytesMax: 2 * MIB,
  /** Of commits on their way: one with 4 MiB of payload and 256 entries of 16 KiB, and its header. */
  syncBatchBytesMax: 9 * MIB,
  /** Frames that a sender may have on their way. */
  syncCreditMax: 16,
  syncTipsMax: 1_000,
  syncDocsMax: 1_000,
  syncIdsMax: 1_000,
  syncLeavesMax: 1_024,
  syncRowsMax: 3_000,
  /** Each is answered with 16 sums of 16 bytes. */
  syncNarrowPrefixesMax: 900,
  /** Each is answered with 256 sums of 16 bytes. */
  syncWidePrefixesMax: 60,
  frontierChainsMax: 1_000,
  tokenEntriesMax: 64,

  // Canonical encoding
  cborBytesMax: 8 * MIB,
  cborDepthMax: 64,
  cborItemsMax: 65_536
} as const satisfies Readonly<Record<string, number>>

export type FormatLimitName = keyof typeof FORMAT_LIMITS
