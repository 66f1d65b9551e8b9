import type { DocId } from '@hcfs/core'
import type { SearchableContext } from './searchable-context.ts'

export interface IndexChanges {
  readonly contexts: readonly SearchableContext[]
  /** Contexts that are no longer shown. */
  readonly removed: readonly DocId[]
  /** The index holds everything up to here once the call has resolved. */
  readonly position: number
}

/** Where the follower of the log puts what changed. */
export interface IndexSink {
  /**
   * The position that the index holds; 0 when there was none, or none that could be used.
   * One that is beyond `positionMax` belongs to a log that has lost something since.
   */
  open(positionMax: number): Promise<number>
  /** Applying the same changes twice is the same as once. */
  apply(changes: IndexChanges, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
