/** `int8` takes a quarter of the memory of `float32`, and its scores are off by a thousandth or so. */
export type VectorPrecision = 'int8' | 'float32'

/**
 * The directions of vectors, in numbered slots. Lengths are dropped: a cosine does not need them.
 *
 * It knows neither labels nor which slots are in use; reading a slot that nobody wrote gives nothing useful.
 */
export interface RowStore {
  readonly memoryBytes: number
  /** Keeps the direction of the vector that begins at `start`. */
  write(slot: number, vectors: Float32Array, start: number): void
  /** Inner product with a vector of length 1, which is the cosine. */
  dot(slot: number, query: Float32Array): number
  /** The stored vector, with length 1. */
  read(slot: number, into: number[]): void
  /** The bytes of some slots, one after the other. */
  pack(slots: Uint32Array): Uint8Array
  /** Fills the slots from 0 on with what `pack` gave. */
  unpack(bytes: Uint8Array, count: number): void
}

/** Memory grows by so many rows at a time, so that growing copies nothing. A power of two. */
export const CHUNK_ROWS = 4_096
