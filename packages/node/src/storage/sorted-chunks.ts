import type { KeyRange, StoreEntry, StoreKey } from './ordered-store.ts'
import { compareKeys } from './store-key.ts'

/** A write copies at most one chunk, a clone copies one reference a chunk: for 100,000 keys both are some hundred words. */
const CHUNK_ENTRIES_MAX = 512

interface Chunk<Value> {
  /** The map that may change this chunk in place; every other one copies it first. */
  owner: object
  readonly keys: StoreKey[]
  readonly values: Value[]
}

/** Before the entry with this number in the chunk with this number; may stand behind the last entry of a chunk. */
interface Position {
  readonly chunk: number
  readonly entry: number
}

/**
 * A sorted map in memory whose clone is nearly free: clones share their chunks,
 * and whoever writes first copies the one chunk it changes.
 *
 * Invariants:
 * 1. Keys are in the order of `compareKeys`, across chunks too.
 * 2. No chunk is empty or holds more than `CHUNK_ENTRIES_MAX` entries.
 * 3. A chunk with another owner is never changed.
 */
export class SortedChunks<Value> {
  #chunks: Chunk<Value>[] = []
  #owner: object = {}

  clone(): SortedChunks<Value> {
    const clone = new SortedChunks<Value>()
    clone.#chunks = this.#chunks.slice()
    // From here on neither map owns a chunk it shares with the other.
    this.#owner = {}
    return clone
  }

  get(key: StoreKey): Value | undefined {
    const position = this.#lowerBound(key)
    const chunk = this.#chunks[position.chunk]
    return chunk?.keys[position.entry] === key ? chunk.values[position.entry] : undefined
  }

  set(key: StoreKey, value: Value): void {
    const position = this.#lowerBound(key)
    const chunk = this.#ownChunk(position.chunk)
    if (chunk.keys[position.entry] === key) {
      chunk.values[position.entry] = value
      return
    }
    chunk.keys.splice(position.entry, 0, key)
    chunk.values.splice(position.entry, 0, value)
    if (chunk.keys.length > CHUNK_ENTRIES_MAX) this.#split(position.chunk, chunk)
  }

  delete(key: StoreKey): void {
    const position = this.#lowerBound(key)
    if (this.#chunks[position.chunk]?.keys[position.entry] !== key) return
    const chunk = this.#ownChunk(position.chunk)
    chunk.keys.splice(position.entry, 1)
    chunk.values.splice(position.entry, 1)
    if (chunk.keys.length === 0) this.#chunks.splice(position.chunk, 1)
  }

  /** The map must not change meanwhile; iterate a clone otherwise. */
  *entries(range: KeyRange = {}, reverse = false): Generator<StoreEntry<Value>> {
    const first = this.#firstOf(range)
    const end = this.#endOf(range)
    const count = end.chunk - first.chunk + 1
    for (let step = 0; step < count; step += 1) {
      const number = reverse ? end.chunk - step : first.chunk + step
      const chunk = this.#chunks[number]
      if (chunk === undefined) continue
      const from = number === first.chunk ? first.entry : 0
      const to = number === end.chunk ? end.entry : chunk.keys.length
      for (let entry = from; entry < to; entry += 1) {
        const index = reverse ? to - 1 - (entry - from) : entry
        yield [chunk.keys[index]!, chunk.values[index]!]
      }
    }
  }

  #firstOf({ gte, gt }: KeyRange): Position {
    const start = { chunk: 0, entry: 0 }
    const bound = gte === undefined ? start : this.#lowerBound(gte)
    return gt === undefined ? bound : laterOf(bound, this.#upperBound(gt))
  }

  #endOf({ lt, lte }: KeyRange): Position {
    const end = { chunk: this.#chunks.length, entry: 0 }
    const bound = lt === undefined ? end : this.#lowerBound(lt)
    return lte === undefined ? bound : earlierOf(bound, this.#upperBound(lte))
  }

  /** Before the first entry whose key is not below `key`. */
  #lowerBound(key: StoreKey): Position {
    const chunk = Math.max(
      0,
      countWhile(this.#chunks.length, (index) => compareKeys(this.#chunks[index]!.keys[0]!, key) <= 0) - 1
    )
    const keys = this.#chunks[chunk]?.keys ?? []
    return { chunk, entry: countWhile(keys.length, (index) => compareKeys(keys[index]!, key) < 0) }
  }

  /** Behind `key`, and before every key above it. */
  #upperBound(key: StoreKey): Position {
    const position = this.#lowerBound(key)
    const isThere = this.#chunks[position.chunk]?.keys[position.entry] === key
    return isThere ? { chunk: position.chunk, entry: position.entry + 1 } : position
  }

  #ownChunk(number: number): Chunk<Value> {
    const chunk = this.#chunks[number]
    if (chunk?.owner === this.#owner) return chunk
    const own = { owner: this.#owner, keys: chunk?.keys.slice() ?? [], values: chunk?.values.slice() ?? [] }
    this.#chunks[number] = own
    return own
  }

  #split(number: number, chunk: Chunk<Value>): void {
    const half = chunk.keys.length >> 1
    const upper = { owner: this.#owner, keys: chunk.keys.splice(half), values: chunk.values.splice(half) }
    this.#chunks.splice(number + 1, 0, upper)
  }
}

/** How many numbers from 0 up the test holds for, when it holds for none after the first that fails. */
function countWhile(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}

function laterOf(a: Position, b: Position): Position {
  return isBefore(a, b) ? b : a
}

function earlierOf(a: Position, b: Position): Position {
  return isBefore(a, b) ? a : b
}

function isBefore(a: Position, b: Position): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.entry < b.entry)
}
