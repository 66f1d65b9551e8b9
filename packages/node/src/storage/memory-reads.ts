import type { ScanOptions, StoreCallOptions, StoreEntry, StoreKey, StoreReads } from './ordered-store.ts'
import { SCAN_CHUNK_ENTRIES_MAX } from './ordered-store.ts'
import type { SortedChunks } from './sorted-chunks.ts'
import { assertNotAborted } from './store-errors.ts'
import { assertStoreKey } from './store-key.ts'

/** Gives what is to be read, or throws when it was closed. */
export type MemorySource = () => SortedChunks<Uint8Array>

/** Reads of a `MemoryStore` and of its snapshots. Hands out copies: what is stored changes by writing only. */
export class MemoryReads implements StoreReads {
  readonly #source: MemorySource

  constructor(source: MemorySource) {
    this.#source = source
  }

  async get(key: StoreKey, { signal }: StoreCallOptions = {}): Promise<Uint8Array | undefined> {
    assertNotAborted(signal)
    return this.getSync(key)
  }

  getSync(key: StoreKey): Uint8Array | undefined {
    const value = this.#stored(key)
    return value === undefined ? undefined : Uint8Array.from(value)
  }

  getTextSync(key: StoreKey): string | undefined {
    const value = this.#stored(key)
    return value === undefined ? undefined : textOf(value)
  }

  async getMany(keys: readonly StoreKey[], { signal }: StoreCallOptions = {}): Promise<(Uint8Array | undefined)[]> {
    assertNotAborted(signal)
    return keys.map((key) => this.getSync(key))
  }

  scan(options: ScanOptions = {}): AsyncIterable<readonly StoreEntry<Uint8Array>[]> {
    return this.#chunks(options, ([key, value]): StoreEntry<Uint8Array> => [key, Uint8Array.from(value)])
  }

  scanText(options: ScanOptions = {}): AsyncIterable<readonly StoreEntry<string>[]> {
    return this.#chunks(options, ([key, value]): StoreEntry<string> => [key, textOf(value)])
  }

  scanKeys(options: ScanOptions = {}): AsyncIterable<readonly StoreKey[]> {
    return this.#chunks(options, ([key]) => key)
  }

  #stored(key: StoreKey): Uint8Array | undefined {
    assertStoreKey(key)
    return this.#source().get(key)
  }

  async *#chunks<Item>(
    { reverse = false, limit = Number.POSITIVE_INFINITY, signal, ...range }: ScanOptions,
    itemOf: (entry: StoreEntry<Uint8Array>) => Item
  ): AsyncGenerator<readonly Item[]> {
    assertNotAborted(signal)
    let left = limit
    let chunk: Item[] = []
    for (const entry of this.#source().clone().entries(range, reverse)) {
      if (left === 0) break
      chunk.push(itemOf(entry))
      left -= 1
      if (chunk.length < SCAN_CHUNK_ENTRIES_MAX) continue
      yield chunk
      chunk = []
      assertNotAborted(signal)
      this.#source()
    }
    if (chunk.length > 0) yield chunk
  }
}

/** Not by `TextDecoder`, which would take a byte order mark at the start for none of the text. */
function textOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
}
