import type { ContextsApi, DraftOperation, EditOptions, NodeApi, Receipt } from '@hcfs/core'

/** Contexts as a face needs them: an edit that was made elsewhere arrives as the operations it recorded. */
export interface ServedContexts extends ContextsApi {
  editRecorded(path: string, operations: readonly DraftOperation[], options?: EditOptions): Promise<Receipt>
  /** A watch from there sees what comes from now on. */
  feedPosition(): number
}

/** What a face calls. An embedded node is one. */
export interface ServedNode extends NodeApi {
  readonly contexts: ServedContexts
}
