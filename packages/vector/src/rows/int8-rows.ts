import { innerProduct } from './inner-product.ts'
import type { RowStore } from './row-store.ts'
import { CHUNK_ROWS } from './row-store.ts'
import { vectorLength } from './vector-length.ts'

const CHUNK_SHIFT = Math.log2(CHUNK_ROWS)
const LEVELS = 127

interface Chunk {
  readonly rows: Int8Array
  /** What a row is multiplied with to have length 1. */
  readonly scales: Float32Array
}

/**
 * Rows rounded to 255 levels between minus and plus their largest component, each with a scale of its own.
 *
 * The scale gives the rounded row length 1, so a score is the exact cosine to a direction that lies at most
 * `largest component × √dimensions ÷ 127` beside the one that was added.
 */
export class Int8Rows implements RowStore {
  readonly #dimensions: number
  readonly #chunks: Chunk[] = []

  constructor(dimensions: number) {
    this.#dimensions = dimensions
  }

  get memoryBytes(): number {
    return this.#chunks.length * CHUNK_ROWS * (this.#dimensions + 4)
  }

  write(slot: number, vectors: Float32Array, start: number): void {
    const { rows, scales } = this.#chunkFor(slot)
    const to = this.#startOf(slot)
    let largest = 0
    for (let at = start; at < start + this.#dimensions; at += 1) largest = Math.max(largest, Math.abs(vectors[at]!))
    for (let at = 0; at < this.#dimensions; at += 1) {
      rows[to + at] = Math.round((vectors[start + at]! / largest) * LEVELS)
    }
    scales[slot & (CHUNK_ROWS - 1)] = 1 / vectorLength(rows, to, this.#dimensions)
  }

  dot(slot: number, query: Float32Array): number {
    const { rows, scales } = this.#chunks[slot >>> CHUNK_SHIFT]!
    return innerProduct(query, rows, this.#startOf(slot)) * scales[slot & (CHUNK_ROWS - 1)]!
  }

  read(slot: number, into: number[]): void {
    const { rows, scales } = this.#chunks[slot >>> CHUNK_SHIFT]!
    const start = this.#startOf(slot)
    const scale = scales[slot & (CHUNK_ROWS - 1)]!
    for (let at = 0; at < this.#dimensions; at += 1) into[at] = rows[start + at]! * scale
  }

  pack(slots: Uint32Array): Uint8Array {
    const bytes = new Uint8Array(slots.length * (4 + this.#dimensions))
    const scales = new Float32Array(bytes.buffer, 0, slots.length)
    const rows = new Int8Array(bytes.buffer, slots.length * 4)
    for (const [index, slot] of slots.entries()) {
      const chunk = this.#chunks[slot >>> CHUNK_SHIFT]!
      const start = this.#startOf(slot)
      scales[index] = chunk.scales[slot & (CHUNK_ROWS - 1)]!
      rows.set(chunk.rows.subarray(start, start + this.#dimensions), index * this.#dimensions)
    }
    return bytes
  }

  unpack(bytes: Uint8Array, count: number): void {
    const { buffer } = bytes.slice()
    const scales = new Float32Array(buffer, 0, count)
    const rows = new Int8Array(buffer, count * 4)
    for (let slot = 0; slot < count; slot += 1) {
      const chunk = this.#chunkFor(slot)
      chunk.scales[slot & (CHUNK_ROWS - 1)] = scales[slot]!
      chunk.rows.set(rows.subarray(slot * this.#dimensions, (slot + 1) * this.#dimensions), this.#startOf(slot))
    }
  }

  #startOf(slot: number): number {
    return (slot & (CHUNK_ROWS - 1)) * this.#dimensions
  }

  #chunkFor(slot: number): Chunk {
    const number = slot >>> CHUNK_SHIFT
    while (this.#chunks.length <= number) {
      this.#chunks.push({
        rows: new Int8Array(CHUNK_ROWS * this.#dimensions),
        scales: new Float32Array(CHUNK_ROWS)
      })
    }
    return this.#chunks[number]!
  }
}
