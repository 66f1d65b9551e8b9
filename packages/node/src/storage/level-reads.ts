import type { Level } from 'level'
import type { ScanOptions, StoreCallOptions, StoreEntry, StoreKey, StoreReads } from './ordered-store.ts'
import { SCAN_CHUNK_ENTRIES_MAX } from './ordered-store.ts'
import { assertNotAborted } from './store-errors.ts'
import { assertStoreKey, compareKeys } from './store-key.ts'

/** Opened with text for values, so that reading text is the read without options. */
export type LevelDatabase = Level<StoreKey, string>
export type LevelSnapshot = ReturnType<LevelDatabase['snapshot']>

/**
 * How much of the disk one step of a scan reads ahead. LevelDB's binding stops
 * at 16 KiB unless told otherwise, which makes a scan of 1 KB rows 1.6 times
 * slower; at 1 MiB it gains nothing more and holds the event loop longer.
 */
const SCAN_CHUNK_BYTES = 256 * 1_024

export interface LevelReadsComponents {
  database: LevelDatabase
  /** Absent: the database as it is. */
  snapshot?: LevelSnapshot
  toError(error: unknown): Error
}

interface NextChunks<Item> {
  nextv(size: number): Promise<Item[]>
  close(): Promise<void>
}

/** Reads of a `LevelStore` and of its snapshots. */
export class LevelReads implements StoreReads {
  readonly #database: LevelDatabase
  readonly #toError: (error: unknown) => Error
  // Made once: the binding copies options that it has to complete, which costs half a read.
  readonly #asBytes: { keyEncoding: 'utf8'; valueEncoding: 'view'; snapshot?: LevelSnapshot }
  readonly #asText: { keyEncoding: 'utf8'; valueEncoding: 'utf8'; snapshot?: LevelSnapshot }

  constructor({ database, snapshot, toError }: LevelReadsComponents) {
    this.#database = database
    this.#toError = toError
    const from = snapshot === undefined ? {} : { snapshot }
    this.#asBytes = { keyEncoding: 'utf8', valueEncoding: 'view', ...from }
    this.#asText = { keyEncoding: 'utf8', valueEncoding: 'utf8', ...from }
  }

  async get(key: StoreKey, { signal }: StoreCallOptions = {}): Promise<Uint8Array | undefined> {
    assertStoreKey(key)
    assertNotAborted(signal)
    try {
      const value = await this.#database.get<StoreKey, Uint8Array>(key, this.#asBytes)
      assertNotAborted(signal)
      return value === undefined ? undefined : plainBytes(value)
    } catch (error) {
      throw this.#toError(error)
    }
  }

  getSync(key: StoreKey): Uint8Array | undefined {
    assertStoreKey(key)
    try {
      const value = this.#database.getSync<StoreKey, Uint8Array>(key, this.#asBytes)
      return value === undefined ? undefined : plainBytes(value)
    } catch (error) {
      throw this.#toError(error)
    }
  }

  getTextSync(key: StoreKey): string | undefined {
    assertStoreKey(key)
    try {
      // Without options the binding takes a shorter way.
      if (this.#asText.snapshot === undefined) return this.#database.getSync(key)
      return this.#database.getSync<StoreKey, string>(key, this.#asText)
    } catch (error) {
      throw this.#toError(error)
    }
  }

  async getMany(keys: readonly StoreKey[], { signal }: StoreCallOptions = {}): Promise<(Uint8Array | undefined)[]> {
    for (const key of keys) assertStoreKey(key)
    assertNotAborted(signal)
    try {
      const values: (Uint8Array | undefined)[] = await this.#database.getMany<StoreKey, Uint8Array>(
        [...keys],
        this.#asBytes
      )
      assertNotAborted(signal)
      return values.map((value) => (value === undefined ? undefined : plainBytes(value)))
    } catch (error) {
      throw this.#toError(error)
    }
  }

  scan(options: ScanOptions = {}): AsyncIterable<readonly StoreEntry<Uint8Array>[]> {
    return this.#chunks(
      options,
      () => this.#database.iterator<StoreKey, Uint8Array>({ ...iteratorOptions(options), ...this.#asBytes }),
      ([key, value]): StoreEntry<Uint8Array> => [key, plainBytes(value)]
    )
  }

  scanText(options: ScanOptions = {}): AsyncIterable<readonly StoreEntry<string>[]> {
    return this.#chunks(
      options,
      () => this.#database.iterator<StoreKey, string>({ ...iteratorOptions(options), ...this.#asText }),
      (entry): StoreEntry<string> => entry
    )
  }

  scanKeys(options: ScanOptions = {}): AsyncIterable<readonly StoreKey[]> {
    const { keyEncoding, ...from } = this.#asText
    return this.#chunks(
      options,
      () => this.#database.keys<StoreKey>({ ...iteratorOptions(options), keyEncoding, ...from }),
      (key) => key
    )
  }

  async *#chunks<Item, Result>(
    { signal }: StoreCallOptions,
    open: () => NextChunks<Item>,
    resultOf: (item: Item) => Result
  ): AsyncGenerator<readonly Result[]> {
    assertNotAborted(signal)
    const iterator = this.#opened(open)
    try {
      for (let chunk = await this.#next(iterator); chunk.length > 0; chunk = await this.#next(iterator)) {
        yield chunk.map(resultOf)
        assertNotAborted(signal)
      }
    } finally {
      await iterator.close()
    }
  }

  #opened<Item>(open: () => NextChunks<Item>): NextChunks<Item> {
    try {
      return open()
    } catch (error) {
      throw this.#toError(error)
    }
  }

  async #next<Item>(iterator: NextChunks<Item>): Promise<Item[]> {
    try {
      return await iterator.nextv(SCAN_CHUNK_ENTRIES_MAX)
    } catch (error) {
      throw this.#toError(error)
    }
  }
}

/** The binding gives a `Buffer`, whose methods differ from those of the `Uint8Array` that the interface promises. */
function plainBytes(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

function iteratorOptions({ gte, gt, lt, lte, reverse = false, limit = Number.POSITIVE_INFINITY }: ScanOptions) {
  const isGtTighter = gt !== undefined && (gte === undefined || compareKeys(gt, gte) >= 0)
  const isLtTighter = lt !== undefined && (lte === undefined || compareKeys(lt, lte) <= 0)
  return {
    ...(isGtTighter ? { gt } : gte === undefined ? {} : { gte }),
    ...(isLtTighter ? { lt } : lte === undefined ? {} : { lte }),
    ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }),
    reverse,
    highWaterMarkBytes: SCAN_CHUNK_BYTES
  }
}
