import { FORMAT_LIMITS } from './format-limits.ts'
import { NETWORK_LIMITS } from './network-limits.ts'
import type { NodeLimit } from './node-limit.ts'
import { KIB, MIB, MINUTE_MS } from './node-limit.ts'
import { SEARCH_LIMITS } from './search-limits.ts'

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
    default: 8 * MIB,
    min: 1 * MIB,
    max: 4_096 * MIB,
    unit: 'bytes',
    atLimit: 'The contexts read longest ago leave memory and are read from the disk again.'
  },
  effectiveCacheBytesMax: {
    default: 16 * MIB,
    min: 64 * KIB,
    max: 4_096 * MIB,
    unit: 'bytes',
    atLimit: 'The answers of resolve asked for longest ago leave memory and are made again.'
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
  // Faces
  heartbeatPauseMs: {
    default: 15_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A watcher that had no change for so long gets a comment, which keeps its connection open.'
  },
  keyCallsPerMinuteMax: {
    default: 60_000,
    min: 1,
    max: 100_000_000,
    unit: 'count',
    atLimit: 'Further calls with that API key fail with RATE_LIMITED until the minute is over.'
  },
  stopCallsMsMax: {
    default: 2_000,
    min: 0,
    max: 4_000,
    unit: 'ms',
    atLimit: 'Calls over HTTP that still run when the node stops are cut off.'
  },
  idempotentAnswersMax: {
    default: 4_096,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'The oldest answer is forgotten: a request repeated with its idempotency key is carried out again.'
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
  ...SEARCH_LIMITS,
  ...NETWORK_LIMITS
} as const satisfies Readonly<Record<string, NodeLimit>>

export type NodeLimitName = keyof typeof NODE_LIMITS

export type NodeLimits = { readonly [Name in NodeLimitName]: number }
