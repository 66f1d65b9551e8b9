import { hasErrorCode } from '@hcfs/core'
import type {
  BatchOptions,
  OrderedStore,
  PreparedBatch,
  ScanOptions,
  StoreCallOptions,
  StoreEntry,
  StoreKey,
  StoreOperation,
  StoreReads,
  StoreSnapshot
} from './ordered-store.ts'
import { decodeBytes, decodeText, encodeValue } from './value-codec.ts'

/** Reads that check every value they hand out. */
class CheckedReads implements StoreReads {
  readonly #reads: StoreReads

  constructor(reads: StoreReads) {
    this.#reads = reads
  }

  async get(key: StoreKey, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    return checkedBytes(key, await this.#reads.get(key, options))
  }

  getSync(key: StoreKey): Uint8Array | undefined {
    return checkedBytes(key, this.#reads.getSync(key))
  }

  getTextSync(key: StoreKey): string | undefined {
    const stored = this.#reads.getTextSync(key)
    return stored === undefined ? undefined : decodeText(key, stored)
  }

  async getMany(keys: readonly StoreKey[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    const stored = await this.#reads.getMany(keys, options)
    return keys.map((key, index) => checkedBytes(key, stored[index]))
  }

  async *scan(options?: ScanOptions): AsyncGenerator<readonly StoreEntry<Uint8Array>[]> {
    for await (const chunk of this.#reads.scan(options)) {
      yield chunk.map(([key, stored]): StoreEntry<Uint8Array> => [key, decodeBytes(key, stored)])
    }
  }

  async *scanText(options?: ScanOptions): AsyncGenerator<readonly StoreEntry<string>[]> {
    for await (const chunk of this.#reads.scanText(options)) {
      yield chunk.map(([key, stored]): StoreEntry<string> => [key, decodeText(key, stored)])
    }
  }

  scanKeys(options?: ScanOptions): AsyncIterable<readonly StoreKey[]> {
    return this.#reads.scanKeys(options)
  }
}

/** An `OrderedStore` over another one, whose values carry a checksum. Everything above storage works on this one. */
export class CheckedStore extends CheckedReads implements OrderedStore {
  readonly #store: OrderedStore

  constructor(store: OrderedStore) {
    super(store)
    this.#store = store
  }

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    return this.#store.prepare(operations.map(encoded))
  }

  async batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void> {
    await this.prepare(operations).write(options)
  }

  sync(): Promise<void> {
    return this.#store.sync()
  }

  snapshot(): StoreSnapshot {
    return new CheckedSnapshot(this.#store.snapshot())
  }

  recover(): Promise<void> {
    return this.#store.recover()
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The keys of damaged values, in order: where a scan would stop at the first, this goes on. */
  async *damagedKeys(options?: ScanOptions): AsyncGenerator<StoreKey> {
    for await (const chunk of this.#store.scan(options)) {
      for (const [key, stored] of chunk) if (isDamaged(key, stored)) yield key
    }
  }
}

class CheckedSnapshot extends CheckedReads implements StoreSnapshot {
  readonly #snapshot: StoreSnapshot

  constructor(snapshot: StoreSnapshot) {
    super(snapshot)
    this.#snapshot = snapshot
  }

  close(): Promise<void> {
    return this.#snapshot.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function checkedBytes(key: StoreKey, stored: Uint8Array | undefined): Uint8Array | undefined {
  return stored === undefined ? undefined : decodeBytes(key, stored)
}

function encoded(operation: StoreOperation): StoreOperation {
  if (operation.type === 'del') return operation
  const { key, value } = operation
  return { type: 'put', key, value: encodeValue(key, value) }
}

function isDamaged(key: StoreKey, stored: Uint8Array): boolean {
  try {
    decodeBytes(key, stored)
    return false
  } catch (error) {
    if (hasErrorCode(error, 'STORAGE_CORRUPT')) return true
    throw error
  }
}
