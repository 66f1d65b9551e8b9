import { FORMAT_LIMITS } from '@hcfs/core'

/**
 * How much one message of a session may hold. Each keeps the answer that it
 * leads to below a frame; a peer that goes beyond one misbehaves.
 */
export const SYNC_LIMITS = {
  /** A frame without what stands around its bytes. */
  frameBytesMax: FORMAT_LIMITS.syncFrameBytesMax - 64,
  chainsMax: FORMAT_LIMITS.frontierChainsMax,
  narrowPrefixesMax: FORMAT_LIMITS.syncNarrowPrefixesMax,
  widePrefixesMax: FORMAT_LIMITS.syncWidePrefixesMax,
  leavesMax: FORMAT_LIMITS.syncLeavesMax,
  rowsMax: FORMAT_LIMITS.syncRowsMax,
  docsMax: FORMAT_LIMITS.syncDocsMax,
  tipsMax: FORMAT_LIMITS.syncTipsMax,
  idsMax: FORMAT_LIMITS.syncIdsMax,
  batchBytesMax: FORMAT_LIMITS.syncBatchBytesMax,
  creditMax: FORMAT_LIMITS.syncCreditMax,
  /** Of commits before they are packed: a batch then fits into one frame, if it is not one large commit. */
  batchBytesWanted: 160 * 1_024
} as const
