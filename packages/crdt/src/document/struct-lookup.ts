/** Where in a document a struct lives. */
export interface StructPlace {
  /** The shared root it belongs to: 'body', 'fields', 'meta', 'tags' or 'links'. */
  readonly root: string
  /** The key of a map entry; `undefined` for text. */
  readonly key: string | undefined
}

/**
 * What the validator asks of the documents it checks updates against. A
 * `ContextDocument` is one; tests may pass their own.
 */
export interface StructLookup {
  /**
   * The place of the struct that holds this id. `undefined` when the document
   * does not hold the id, or holds only a collected remainder of it (`GC`) whose
   * place is no longer known.
   */
  find(client: number, clock: number): StructPlace | undefined
}
