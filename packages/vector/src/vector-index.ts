/** What an index found: best first, equal scores by label. Both arrays have the same length, at most `k`. */
export interface VectorHits {
  readonly labels: Uint32Array
  /** Cosine of the angle to the query, −1 to 1. */
  readonly scores: Float32Array
}

export interface VectorSearchOptions {
  /** Only these labels may be found. Ascending, without doubles; labels that the index does not hold do no harm. */
  readonly allowed?: Uint32Array
  /** How many candidates a graph keeps while it walks: more finds more and takes longer. An exact search ignores it. */
  readonly ef?: number
}

/** Who answers: the graph, or a comparison with every vector. */
export type VectorIndexKind = 'graph' | 'exact'

export interface VectorStats {
  readonly kind: VectorIndexKind
  readonly dimensions: number
  readonly count: number
  /** Share of the graph's nodes whose vectors were removed or replaced, 0 to 1. */
  readonly deletedShare: number
  /** Vectors, labels and graph; what the native library holds is computed from its layout. */
  readonly memoryBytes: number
  /** Vectors that are searched one by one until `step` has brought them into the graph. */
  readonly pendingCount: number
  /** Whether nothing is left for `step` to do. */
  readonly graphReady: boolean
}

/**
 * Vectors under labels, and the nearest of them by cosine.
 *
 * 1. A label has one vector: adding it again replaces the vector.
 * 2. A call either does all it was asked for or, when an argument is wrong, nothing: `VECTOR_INVALID` is thrown before
 *    anything is changed.
 * 3. What `add` took is found by the next `search`.
 *
 * A vector of zeros has no direction, so neither a row nor a query may be one.
 */
export interface VectorIndex {
  readonly dimensions: number
  readonly size: number
  /** `vectors` holds one row after the other, in the order of the labels. */
  add(labels: Uint32Array, vectors: Float32Array): void
  /** Returns how many of the labels were there. */
  remove(labels: Uint32Array): number
  search(query: Float32Array, k: number, options?: VectorSearchOptions): VectorHits
  stats(): VectorStats
  /** Gives the memory back. The index is empty afterwards and must not be used again. */
  close(): void
}
