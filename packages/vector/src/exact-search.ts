import type { VectorPrecision } from './rows/row-store.ts'
import { TopHits } from './rows/top-hits.ts'
import { unitVector } from './rows/vector-length.ts'
import { VectorRows } from './rows/vector-rows.ts'
import { checkCount, checkDimensions, checkQuery, checkVectors } from './vector-checks.ts'
import type { VectorHits, VectorIndex, VectorSearchOptions, VectorStats } from './vector-index.ts'

export interface ExactSearchOptions {
  readonly dimensions: number
  /** @default 'float32': what a graph is compared with should not round. */
  readonly precision?: VectorPrecision
}

/** Compares a query with every vector. Slow at many, and never wrong: what graphs are measured against. */
export class ExactSearch implements VectorIndex {
  readonly dimensions: number
  readonly #precision: VectorPrecision
  #rows: VectorRows

  constructor({ dimensions, precision = 'float32' }: ExactSearchOptions) {
    checkDimensions(dimensions)
    this.dimensions = dimensions
    this.#precision = precision
    this.#rows = new VectorRows(dimensions, precision)
  }

  get size(): number {
    return this.#rows.size
  }

  add(labels: Uint32Array, vectors: Float32Array): void {
    checkVectors(labels, vectors, this.dimensions)
    for (const [index, label] of labels.entries()) {
      this.#rows.remove(label)
      this.#rows.insert(label, vectors, index * this.dimensions)
    }
  }

  remove(labels: Uint32Array): number {
    return labels.reduce((count, label) => count + (this.#rows.remove(label) === undefined ? 0 : 1), 0)
  }

  search(query: Float32Array, k: number, { allowed }: VectorSearchOptions = {}): VectorHits {
    checkCount('k', k)
    checkQuery(query, this.dimensions)
    const top = new TopHits(Math.min(k, this.size))
    if (allowed === undefined) this.#rows.scoreAll(unitVector(query), top)
    else this.#rows.scoreLabels(unitVector(query), top, allowed)
    return top.hits()
  }

  stats(): VectorStats {
    return {
      kind: 'exact',
      dimensions: this.dimensions,
      count: this.size,
      deletedShare: 0,
      memoryBytes: this.#rows.memoryBytes,
      pendingCount: 0,
      graphReady: true
    }
  }

  close(): void {
    this.#rows = new VectorRows(this.dimensions, this.#precision)
  }
}
