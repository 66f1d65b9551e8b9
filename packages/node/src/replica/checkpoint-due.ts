/** What was written to a document since its last checkpoint. */
export interface SinceCheckpoint {
  readonly entries: number
  readonly bytes: number
  /** The size of that checkpoint; 0 before the first. */
  readonly stateBytes: number
}

export interface CheckpointOptions {
  readonly checkpointEntriesMax: number
  readonly checkpointBytesMax: number
}

export const NO_CHECKPOINT: SinceCheckpoint = { entries: 0, bytes: 0, stateBytes: 0 }

/** Small edits of a large document: the checkpoint waits until they amount to an eighth of it. */
const STATE_SHARE = 8
/** But a replay stays below so many times the usual number of entries. */
const ENTRIES_FACTOR = 16

/**
 * Whether a document has changed enough for a checkpoint. Checkpoints stay, so
 * that every old version is near one; that they follow the size of the document
 * keeps all of them together within a few times the size of the history.
 */
export function isCheckpointDue({ entries, bytes, stateBytes }: SinceCheckpoint, options: CheckpointOptions): boolean {
  const { checkpointEntriesMax, checkpointBytesMax } = options
  if (entries >= checkpointEntriesMax * ENTRIES_FACTOR) return true
  if (bytes >= Math.max(checkpointBytesMax, stateBytes)) return true
  return entries >= checkpointEntriesMax && bytes * STATE_SHARE >= stateBytes
}
