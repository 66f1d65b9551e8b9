/** What became of the vectors of a model since a place in the index's own count of changes. */
export interface VectorChanges {
  /** Where the next changes begin. */
  readonly sequence: number
  readonly removed: Uint32Array
  readonly added: Uint32Array
  /** One row after the other, in the order of `added`. */
  readonly vectors: Float32Array
  readonly hasMore: boolean
}

export interface ChangesPage {
  readonly after: number
  readonly limit: number
}
