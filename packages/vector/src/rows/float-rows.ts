import { innerProduct } from './inner-product.ts'
import type { RowStore } from './row-store.ts'
import { CHUNK_ROWS } from './row-store.ts'
import { vectorLength } from './vector-length.ts'

const CHUNK_SHIFT = Math.log2(CHUNK_ROWS)

/** Rows as they are, in 32-bit floating point. */
export class FloatRows implements RowStore {
  readonly #dimensions: number
  readonly #chunks: Float32Array[] = []

  constructor(dimensions: number) {
    this.#dimensions = dimensions
  }

  get memoryBytes(): number {
    return this.#chunks.length * CHUNK_ROWS * this.#dimensions * 4
  }

  write(slot: number, vectors: Float32Array, start: number): void {
    const chunk = this.#chunkFor(slot)
    const to = this.#startOf(slot)
    const length = vectorLength(vectors, start, this.#dimensions)
    for (let at = 0; at < this.#dimensions; at += 1) chunk[to + at] = vectors[start + at]! / length
  }

  dot(slot: number, query: Float32Array): number {
    return innerProduct(query, this.#chunks[slot >>> CHUNK_SHIFT]!, this.#startOf(slot))
  }

  read(slot: number, into: number[]): void {
    const chunk = this.#chunks[slot >>> CHUNK_SHIFT]!
    const start = this.#startOf(slot)
    for (let at = 0; at < this.#dimensions; at += 1) into[at] = chunk[start + at]!
  }

  pack(slots: Uint32Array): Uint8Array {
    const rows = new Float32Array(slots.length * this.#dimensions)
    for (const [index, slot] of slots.entries()) {
      const start = this.#startOf(slot)
      const row = this.#chunks[slot >>> CHUNK_SHIFT]!.subarray(start, start + this.#dimensions)
      rows.set(row, index * this.#dimensions)
    }
    return new Uint8Array(rows.buffer)
  }

  unpack(bytes: Uint8Array, count: number): void {
    const rows = new Float32Array(bytes.slice().buffer)
    for (let slot = 0; slot < count; slot += 1) {
      const row = rows.subarray(slot * this.#dimensions, (slot + 1) * this.#dimensions)
      this.#chunkFor(slot).set(row, this.#startOf(slot))
    }
  }

  #startOf(slot: number): number {
    return (slot & (CHUNK_ROWS - 1)) * this.#dimensions
  }

  #chunkFor(slot: number): Float32Array {
    const number = slot >>> CHUNK_SHIFT
    while (this.#chunks.length <= number) this.#chunks.push(new Float32Array(CHUNK_ROWS * this.#dimensions))
    return this.#chunks[number]!
  }
}
