import type { IndexReader } from '../indexing/index-database/index-reader.ts'
import type { IndexedChunk } from '../indexing/index-database/indexed-context.ts'

export interface RecentChunksOptions {
  /** UTF-16 units of chunk texts kept; what was read first goes first. @default 16_777_216 */
  readonly unitsKeptMax?: number
}

const UNITS_KEPT_MAX = 16 * 1_024 * 1_024
/** What is kept of a chunk beside its text, counted as units. */
const HEAD_UNITS = 512

/**
 * The chunks that were looked at last. They are good for one revision of the index:
 * whatever is written to it, all of them are read again.
 */
export class RecentChunks {
  readonly #reader: Pick<IndexReader, 'chunksOf' | 'revision'>
  readonly #unitsKeptMax: number
  readonly #chunks = new Map<number, IndexedChunk>()
  #units = 0
  #revision = -1

  constructor(
    reader: Pick<IndexReader, 'chunksOf' | 'revision'>,
    { unitsKeptMax = UNITS_KEPT_MAX }: RecentChunksOptions = {}
  ) {
    this.#reader = reader
    this.#unitsKeptMax = unitsKeptMax
  }

  /** Undefined for one that is gone. Only between `begin` and the end of the snapshot it was called in. */
  get(label: number): IndexedChunk | undefined {
    const known = this.#chunks.get(label)
    if (known !== undefined) return known
    const [chunk] = this.#reader.chunksOf([label])
    if (chunk !== undefined) this.#keep(chunk)
    return chunk
  }

  /** To be called at the beginning of a snapshot. */
  begin(): void {
    const { revision } = this.#reader
    if (revision === this.#revision) return
    this.#chunks.clear()
    this.#units = 0
    this.#revision = revision
  }

  #keep(chunk: IndexedChunk): void {
    this.#chunks.set(chunk.label, chunk)
    this.#units += unitsOf(chunk)
    for (const [label, oldest] of this.#chunks) {
      if (this.#units <= this.#unitsKeptMax) return
      this.#chunks.delete(label)
      this.#units -= unitsOf(oldest)
    }
  }
}

function unitsOf({ text }: IndexedChunk): number {
  return text.length + HEAD_UNITS
}
