import type { VectorIndex } from '../../../packages/vector/src/vector-index.ts'

export interface IndexUnderTest {
  readonly index: VectorIndex
  /** Does some of the work that an index leaves for later, if it does that. */
  work(): void
  /** How far a score may be off. */
  readonly tolerance: number
}

export type NewVectorIndex = (dimensions: number) => IndexUnderTest

export function labelsOf(...labels: readonly number[]): Uint32Array {
  return Uint32Array.from(labels)
}

export function rowsOf(...rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat())
}
