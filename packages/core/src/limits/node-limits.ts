import { FORMAT_LIMITS } from './format-limits.ts'

export type NodeLimitUnit = 'bytes' | 'ms' | 'count' | 'per second'

export interface NodeLimit {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly unit: NodeLimitUnit
  /** What happens at the limit, as one sentence for people. */
  readonly atLimit: string
}

const KIB = 1_024
const MIB = 1_024 * KIB
const MINUTE_MS = 60_000

/**
 * The limits that can be set where a node is opened. They shape what this node
 * spends; they never decide whether a commit is valid. `docs/LIMITS.md` lists
 * them, and a test compares.
 */
export const NODE_LIMITS = {
  // Contexts
  contextWarnBytes: {
    default: 256 * KIB,
    min: 1 * KIB,
    max: FORMAT_LIMITS.contextBytesMax,
    unit: 'bytes',
    atLimit: 'The receipt of a write to a larger context carries a warning.'
  },
  rowCacheBytesMax: {
    default: 32 * MIB,
    min: 1 * MIB,
    max: 4_096 * MIB,
    unit: 'bytes',
    atLimit: 'The contexts read longest ago leave memory and are read from the disk again.'
  },
  documentsLiveMax: {
    default: 512,
    min: 1,
    max: 65_536,
    unit: 'count',
    atLimit: 'The document used least recently leaves memory and is rebuilt when it is edited next.'
  },
  checkpointEntriesMax: {
    default: 64,
    min: 1,
    max: 65_536,
    unit: 'count',
    atLimit: 'After so many entries the next write of the document stores a checkpoint.'
  },
  checkpointBytesMax: {
    default: 64 * KIB,
    min: 1 * KIB,
    max: 16 * MIB,
    unit: 'bytes',
    atLimit: 'After so many bytes of updates the next write of the document stores a checkpoint.'
  },
  scratchDocumentBytesMax: {
    default: 64 * KIB,
    min: 0,
    max: FORMAT_LIMITS.contextBytesMax,
    unit: 'bytes',
    atLimit:
      'Updates of larger documents are applied without a scratch copy, and rebuilt from the checkpoint on a surprise.'
  },
  expiryPauseMs: {
    default: MINUTE_MS,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit:
      'Contexts that have expired, and that reads hide already, are moved to the trash after this long at the latest.'
  },
  editorFlushMsMax: {
    default: 25,
    min: 0,
    max: 1_000,
    unit: 'ms',
    atLimit: 'What an editor typed in this time is committed, whether or not more follows.'
  },

  // Storage
  writeBufferBytes: {
    default: 64 * MIB,
    min: 1 * MIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit:
      'What was written since is moved from memory into a sorted file; twice this much may be in memory meanwhile.'
  },
  readCacheBytes: {
    default: 8 * MIB,
    min: 1 * MIB,
    max: 4_096 * MIB,
    unit: 'bytes',
    atLimit: 'The block of the store that was read least recently leaves memory.'
  },
  groupEntriesMax: {
    default: FORMAT_LIMITS.commitEntriesMax,
    min: 1,
    max: FORMAT_LIMITS.commitEntriesMax,
    unit: 'count',
    atLimit: 'The next writer waits for the next group, which has a commit and an fsync of its own.'
  },
  groupBytesMax: {
    default: FORMAT_LIMITS.commitPayloadBytesMax,
    min: 1 * KIB,
    max: FORMAT_LIMITS.commitPayloadBytesMax,
    unit: 'bytes',
    atLimit: 'The next writer waits for the next group, which has a commit and an fsync of its own.'
  },
  writeQueueItemsMax: {
    default: 65_536,
    min: 1,
    max: 16_777_216,
    unit: 'count',
    atLimit: 'Further writes fail with WRITE_QUEUE_FULL until a group has been stored.'
  },
  writeQueueBytesMax: {
    default: 256 * MIB,
    min: 1 * MIB,
    max: 16_384 * MIB,
    unit: 'bytes',
    atLimit: 'Further writes fail with WRITE_QUEUE_FULL until a group has been stored.'
  },
  bufferedSyncPauseMs: {
    default: 200,
    min: 1,
    max: MINUTE_MS,
    unit: 'ms',
    atLimit: 'With buffered durability, what was written is fsynced after this long at the latest.'
  },

  // Services on threads
  computeCallsOpenMax: {
    default: 4_096,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'Further calls of that service fail with COMPUTE_BUSY until one has been answered.'
  },
  computeCloseMsMax: {
    default: 4_000,
    min: 10,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The thread of a service that has not closed by then is ended; what it keeps can be rebuilt.'
  },
  computeHeapBytesMax: {
    default: 1_024 * MIB,
    min: 16 * MIB,
    max: 65_536 * MIB,
    unit: 'bytes',
    atLimit: 'The thread of that service dies, without the node; memory outside the JavaScript heap is not counted.'
  },

  // Embedders
  embedBatchTextsMax: {
    default: 64,
    min: 1,
    max: 2_048,
    unit: 'count',
    atLimit: 'The texts that follow go to the embedding server in another request.'
  },
  embedBatchBytesMax: {
    default: 256 * KIB,
    min: 1 * KIB,
    max: 64 * MIB,
    unit: 'bytes',
    atLimit: 'The texts that follow go to the embedding server in another request; a longer text goes alone.'
  },
  embedAnswerBytesMax: {
    default: 64 * MIB,
    min: 1 * KIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit: 'The answer of the embedding server is not read further, and fails with EMBEDDING_INVALID.'
  },
  embedTimeoutMs: {
    default: MINUTE_MS,
    min: 10,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A request to the embedding server is given up, and tried again.'
  },
  embedTriesMax: {
    default: 5,
    min: 1,
    max: 100,
    unit: 'count',
    atLimit: 'The texts of the request fail with EMBEDDER_UNAVAILABLE.'
  },
  embedRetryPauseMsMax: {
    default: 30_000,
    min: 1,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A server that asks for a longer pause is not asked again: the texts fail with EMBEDDER_UNAVAILABLE.'
  },
  embedFailuresMax: {
    default: 10,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'After so many failed requests in a row the embedding server is left alone for embedBreakMs.'
  },
  embedBreakMs: {
    default: 30_000,
    min: 10,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'One request tries whether the server is back; until then texts fail at once with EMBEDDER_UNAVAILABLE.'
  },

  // Faces
  heartbeatPauseMs: {
    default: 15_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A watcher that had no change for so long gets a comment, which keeps its connection open.'
  },
  receiptsKeptMax: {
    default: 4_096,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'The oldest receipt is forgotten; asking for its copies over HTTP fails with RECEIPT_UNKNOWN.'
  },

  // Logs
  logFileBytesMax: {
    default: 8 * MIB,
    min: 4 * KIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit: 'The log file is renamed and a new one begun.'
  },
  logFilesKeptMax: {
    default: 5,
    min: 1,
    max: 1_000,
    unit: 'count',
    atLimit: 'The oldest log file is deleted.'
  },

  // Parked commits
  parkedBytesPerAuthorMax: {
    default: 16 * MIB,
    min: 1 * MIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit: 'The newest parked commit of that author is dropped; reconciliation brings it again.'
  },

  // Gossip
  gossipCollectMsMax: {
    default: 50,
    min: 0,
    max: 1_000,
    unit: 'ms',
    atLimit: 'What was collected while a send was in flight is sent.'
  },
  gossipCollectBytesMax: {
    default: 64 * KIB,
    min: 1 * KIB,
    max: FORMAT_LIMITS.gossipMessageBytesMax,
    unit: 'bytes',
    atLimit: 'What was collected while a send was in flight is sent.'
  },
  gossipOutboundBytesMax: {
    default: 8 * MIB,
    min: 1 * MIB,
    max: 256 * MIB,
    unit: 'bytes',
    atLimit: 'The gossip stream of a peer that does not read is closed; reconciliation brings what it missed.'
  },

  // Anti-entropy
  reconcilePauseMsMin: {
    default: 30_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The next round with a random member starts this long after the last one, or later.'
  },
  reconcilePauseMsMax: {
    default: 60_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The next round starts at the latest this long after the last one, while rounds find differences.'
  },
  frontierPauseMs: {
    default: 3_000,
    min: 100,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The own frontier is published this often at most, unless somebody waits for it.'
  },

  // Connections
  connectionsMin: {
    default: 20,
    min: 0,
    max: 10_000,
    unit: 'count',
    atLimit: 'Below it the node dials further members, as far as there are any.'
  },
  connectionsMax: {
    default: 40,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'The node dials nobody else; members that dial in are still served.'
  },
  inboundConnectionsPerSecondMax: {
    default: 200,
    min: 1,
    max: 100_000,
    unit: 'per second',
    atLimit: 'Further connections from that host are refused until the next second.'
  },
  pendingConnectionsMax: {
    default: 100,
    min: 1,
    max: 100_000,
    unit: 'count',
    atLimit: 'Further connections are refused until a handshake has finished.'
  },
  streamWriteBufferBytesMax: {
    default: 8 * MIB,
    min: 1 * MIB,
    max: 256 * MIB,
    unit: 'bytes',
    atLimit: 'Writing to that stream waits until the peer has read.'
  },
  // Indexing
  indexStartPauseMs: {
    default: 200,
    min: 0,
    max: MINUTE_MS,
    unit: 'ms',
    atLimit:
      'After so long the index of a node that has just started is opened; until then reads and writes have it alone.'
  },
  indexBatchContextsMax: {
    default: 128,
    min: 1,
    max: 4_096,
    unit: 'count',
    atLimit: 'The index takes so many changed contexts at a time; the others follow.'
  },
  indexBatchBytesMax: {
    default: 2 * MIB,
    min: 64 * KIB,
    max: 64 * MIB,
    unit: 'bytes',
    atLimit: 'The index takes contexts with bodies of so many bytes at a time; the others follow.'
  },
  indexRetryPauseMsMax: {
    default: MINUTE_MS,
    min: 1,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'An index that keeps failing is opened again after at most this pause.'
  }
} as const satisfies Readonly<Record<string, NodeLimit>>

export type NodeLimitName = keyof typeof NODE_LIMITS

export type NodeLimits = { readonly [Name in NodeLimitName]: number }
