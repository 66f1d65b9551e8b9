import type {
  BatchOptions,
  OrderedStore,
  PreparedBatch,
  ScanOptions,
  StoreCallOptions,
  StoreEntry,
  StoreKey,
  StoreOperation,
  StoreSnapshot
} from '../../../packages/node/src/storage/ordered-store.ts'

export interface ForwardedStoreOptions {
  /** Leaves operations out. @default every one is kept */
  readonly keeps?: (operation: StoreOperation) => boolean
  /** Writes a batch in two, so that a crash can come between. @default false */
  readonly isTorn?: boolean
  /** @default the store's own */
  readonly sync?: () => Promise<void>
}

type Write = (batch: PreparedBatch, options?: BatchOptions) => Promise<void>

/** A store whose writes go another way: a mistake for the mutation check. Without options it changes nothing. */
export class ForwardedStore implements OrderedStore {
  readonly #store: OrderedStore
  readonly #write: Write
  readonly #options: ForwardedStoreOptions

  constructor(
    store: OrderedStore,
    write: Write = (batch, options) => batch.write(options),
    options: ForwardedStoreOptions = {}
  ) {
    this.#store = store
    this.#write = write
    this.#options = options
  }

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    const { keeps = () => true, isTorn = false } = this.#options
    const kept = operations.filter(keeps)
    const middle = isTorn ? kept.length >> 1 : kept.length
    const first = this.#store.prepare(kept.slice(0, middle))
    const second = this.#store.prepare(kept.slice(middle))
    return {
      write: async (options) => {
        await this.#write(first, options)
        if (isTorn) await this.#write(second, options)
      },
      discard: async () => {
        await first.discard()
        await second.discard()
      }
    }
  }

  async batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void> {
    await this.prepare(operations).write(options)
  }

  sync(): Promise<void> {
    return this.#options.sync?.() ?? this.#store.sync()
  }

  get(key: StoreKey, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    return this.#store.get(key, options)
  }

  getSync(key: StoreKey): Uint8Array | undefined {
    return this.#store.getSync(key)
  }

  getTextSync(key: StoreKey): string | undefined {
    return this.#store.getTextSync(key)
  }

  getMany(keys: readonly StoreKey[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    return this.#store.getMany(keys, options)
  }

  scan(options?: ScanOptions): AsyncIterable<readonly StoreEntry<Uint8Array>[]> {
    return this.#store.scan(options)
  }

  scanText(options?: ScanOptions): AsyncIterable<readonly StoreEntry<string>[]> {
    return this.#store.scanText(options)
  }

  scanKeys(options?: ScanOptions): AsyncIterable<readonly StoreKey[]> {
    return this.#store.scanKeys(options)
  }

  snapshot(): StoreSnapshot {
    return this.#store.snapshot()
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
}
