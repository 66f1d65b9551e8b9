/**
 * Text without lone surrogates and not empty. Keys are ordered by their UTF-8
 * bytes (`compareKeys`), which is not how JavaScript orders text. Text, because
 * LevelDB's binding reads a text key faster than a buffer, and ids are text in memory.
 */
export type StoreKey = string

/** Text is stored as its UTF-8 bytes, so either form can be read back as the other. */
export type StoreValue = Uint8Array | string

export type StoreOperation =
  | { readonly type: 'put'; readonly key: StoreKey; readonly value: StoreValue }
  | { readonly type: 'del'; readonly key: StoreKey }

export type StoreEntry<Value> = readonly [key: StoreKey, value: Value]

/** No bound on a side means from the first, or to the last key. */
export interface KeyRange {
  readonly gte?: StoreKey
  readonly gt?: StoreKey
  readonly lt?: StoreKey
  readonly lte?: StoreKey
}

export interface StoreCallOptions {
  readonly signal?: AbortSignal
}

export interface ScanOptions extends KeyRange, StoreCallOptions {
  /** From the last key to the first. */
  readonly reverse?: boolean
  /** At most so many entries in all. */
  readonly limit?: number
}

/** Enough to make the step between two chunks cheap, and few enough not to hold the event loop for more than a few ms. */
export const SCAN_CHUNK_ENTRIES_MAX = 1_000

export interface BatchOptions {
  /**
   * Resolve only after the batch, and every batch before it, is on the disk.
   * Without it they are with the operating system: a killed process loses
   * nothing, a machine without power may.
   *
   * @default false
   */
  readonly sync?: boolean
}

/**
 * What can be read, of the store as it is or of a snapshot.
 *
 * The synchronous reads are the fast ones (LevelDB answers in 2 µs, and a
 * promise costs ten times that), but they hold the event loop while the disk
 * is asked: right for rows, wrong for megabytes. What is returned belongs to the caller.
 */
export interface StoreReads {
  get(key: StoreKey, options?: StoreCallOptions): Promise<Uint8Array | undefined>
  getSync(key: StoreKey): Uint8Array | undefined
  /** Cheaper than `getSync` and decoding: the binding makes the text. */
  getTextSync(key: StoreKey): string | undefined
  /** In the order of `keys`. */
  getMany(keys: readonly StoreKey[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]>
  /**
   * Entries in order, in chunks that are never empty: a promise per entry
   * would cost more than the entry. One scan sees the store as it was at the
   * first step of the iteration, whatever is written meanwhile.
   */
  scan(options?: ScanOptions): AsyncIterable<readonly StoreEntry<Uint8Array>[]>
  scanText(options?: ScanOptions): AsyncIterable<readonly StoreEntry<string>[]>
  scanKeys(options?: ScanOptions): AsyncIterable<readonly StoreKey[]>
}

/** The store as it was when the snapshot was taken. It costs space until it is closed. */
export interface StoreSnapshot extends StoreReads, AsyncDisposable {
  /** Safe to call twice. Closing the store closes its snapshots. */
  close(): Promise<void>
}

/**
 * Operations that are encoded and waiting, so that a write starts without
 * delay. Later operations of one batch win over earlier ones of the same key.
 */
export interface PreparedBatch {
  /** Once. All of it is stored, or nothing. */
  write(options?: BatchOptions): Promise<void>
  /** Gives up the memory of a batch that will not be written. */
  discard(): Promise<void>
}

/**
 * A sorted map on a disk.
 *
 * 1. A batch is stored whole or not at all, also when the process is killed.
 * 2. Batches take effect in the order in which their `write` was called.
 * 3. After a batch failed nothing is written any more until `recover` succeeded:
 *    whether the failed batch is stored is not known before, and LevelDB
 *    would lose what is written behind a torn record, fsynced or not. Reading goes on.
 * 4. Failures are `HcfsError`: `STORE_CLOSED`, `STORAGE_FULL`, `STORAGE_CORRUPT`,
 *    `STORAGE_FAILED`, and `OPERATION_ABORTED` for a signal. A key that is empty or has a
 *    lone surrogate is a mistake of the program and throws `TypeError`.
 *
 * `test/conformance/ordered-store` holds every implementation to this.
 */
export interface OrderedStore extends StoreReads, AsyncDisposable {
  prepare(operations: readonly StoreOperation[]): PreparedBatch
  /** `prepare` and `write` in one. */
  batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void>
  /** Resolves when every batch that was written before is on the disk. */
  sync(): Promise<void>
  snapshot(): StoreSnapshot
  /**
   * Makes a store whose write failed writable again, and settles whether that
   * write is stored; the caller reads what it needs to know anew. Open scans and snapshots
   * end with `STORAGE_FAILED`. Does nothing when no write failed. Rejects as
   * long as the cause lasts (a disk that is still full), and can be called again.
   */
  recover(): Promise<void>
  /** Ends scans and snapshots, waits for writes. Safe to call twice. */
  close(): Promise<void>
}
