import type { JsonObject } from '../json.ts'
import type { CallOptions } from './contexts-api.ts'

export interface ReindexProgress {
  /** `words` are read from the contexts, `vectors` are made of them, and the `graph` makes vectors quick to find. */
  readonly phase: 'words' | 'vectors' | 'graph'
  readonly done: number
  readonly total: number
  /** Why it does not go on; it is tried again. */
  readonly failure?: string
}

export interface ReindexOptions extends CallOptions {
  /**
   * The embedder from now on, as in the settings of a node: docs/SEARCH.md lists them. The vectors of the one before
   * answer until those of this one are complete. Without it the whole index is built anew.
   */
  readonly embedder?: JsonObject
  readonly onProgress?: (progress: ReindexProgress) => void
}

export interface ReindexReport {
  readonly chunks: number
  /** Absent where a node searches by words alone. */
  readonly embedder?: string
}

export interface ReindexApi {
  /** Ended early, it goes on where it was when it is called again. */
  reindex(options?: ReindexOptions): Promise<ReindexReport>
}
