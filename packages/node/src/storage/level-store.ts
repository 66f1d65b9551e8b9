import type { HcfsError } from '@hcfs/core'
import { NODE_LIMITS } from '@hcfs/core'
import { Level } from 'level'
import { assertNotDecapitated, assertRoomToReopen, droppedAtOpening, syncWriteAheadLogs } from './level-files.ts'
import type { LevelDatabase } from './level-reads.ts'
import { LevelReads } from './level-reads.ts'
import type {
  BatchOptions,
  OrderedStore,
  PreparedBatch,
  StoreKey,
  StoreOperation,
  StoreSnapshot
} from './ordered-store.ts'
import { prepareOnce } from './prepared-batch.ts'
import { storeClosed, storeError, toStoreError } from './store-errors.ts'
import { assertStoreOperation } from './store-key.ts'

export interface LevelStoreOptions {
  /**
   * How much is collected in memory before it becomes a sorted file. Larger
   * means fewer files to merge, and more to read again when the store is opened.
   *
   * @default 64 MiB
   */
  writeBufferBytes?: number
  /**
   * Memory for blocks read from the disk, uncompressed.
   *
   * @default 8 MiB
   */
  readCacheBytes?: number
  /**
   * Compress what becomes a sorted file. Text takes 0.6 of the space; reading a row that is
   * not in the cache takes 3.5 times as long, because a block of rows is unpacked for it.
   *
   * @default false
   */
  isCompressed?: boolean
}

const BYTES = { keyEncoding: 'utf8', valueEncoding: 'view' } as const

type State =
  | { readonly status: 'open' }
  /** A write failed. Reading goes on, writing waits for `recover`. */
  | { readonly status: 'unsettled'; readonly failure: HcfsError }
  /** `recover` closed the database and could not open it again. */
  | { readonly status: 'down'; readonly failure: HcfsError }
  | { readonly status: 'closed' }

/**
 * The `OrderedStore` of a data directory, on LevelDB.
 *
 * 1. One write is in flight at a time. Of two, LevelDB could tear the first
 *    for want of space and store the second behind it, where no opening finds it again.
 * 2. For the same reason a failed write ends all writing until the database was
 *    closed and opened again, which cuts off the torn record.
 */
export class LevelStore extends LevelReads implements OrderedStore {
  readonly #database: LevelDatabase
  readonly #location: string
  readonly #state: { current: State }
  #writes: Promise<void> = Promise.resolve()
  #recovery: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #droppedBytes = 0
  #hasUnsynced = false

  private constructor(database: LevelDatabase, location: string) {
    const state: { current: State } = { current: { status: 'open' } }
    super({ database, toError: (error) => errorIn(state.current, error) })
    this.#database = database
    this.#location = location
    this.#state = state
  }

  /** Creates the directory and the store where there are none. A store that is open already, in any process, is `DIRECTORY_IN_USE`. */
  static async open(location: string, options: LevelStoreOptions = {}): Promise<LevelStore> {
    await assertNotDecapitated(location)
    const database: LevelDatabase = new Level(location, {
      keyEncoding: 'utf8',
      valueEncoding: 'utf8',
      writeBufferSize: options.writeBufferBytes ?? NODE_LIMITS.writeBufferBytes.default,
      compression: options.isCompressed ?? false,
      cacheSize: options.readCacheBytes ?? NODE_LIMITS.readCacheBytes.default
    })
    const store = new LevelStore(database, location)
    await store.#open()
    return store
  }

  /** Bytes that the last opening left out because they were damaged. Not 0: acknowledged writes may be missing. */
  get droppedBytes(): number {
    return this.#droppedBytes
  }

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    if (this.#closing !== undefined) throw storeClosed()
    this.#assertSettled()
    for (const operation of operations) assertStoreOperation(operation)
    const batch = this.#database.batch()
    for (const operation of operations) {
      if (operation.type === 'del') batch.del(operation.key)
      else if (typeof operation.value === 'string') batch.put(operation.key, operation.value)
      else batch.put<StoreKey, Uint8Array>(operation.key, operation.value, BYTES)
    }
    return prepareOnce({
      write: ({ sync = false }) => this.#enqueue(() => this.#write(batch, sync)),
      discard: () => batch.close()
    })
  }

  async batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void> {
    await this.prepare(operations).write(options)
  }

  sync(): Promise<void> {
    return this.#enqueue(() => this.#sync())
  }

  snapshot(): StoreSnapshot {
    return new LevelStoreSnapshot(this.#database, (error) => errorIn(this.#state.current, error))
  }

  recover(): Promise<void> {
    this.#recovery ??= this.#reopen().finally(() => {
      this.#recovery = undefined
    })
    return this.#recovery
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #open(): Promise<void> {
    try {
      await this.#database.open()
    } catch (error) {
      throw toStoreError(error)
    }
    this.#droppedBytes = await droppedAtOpening(this.#location)
  }

  async #reopen(): Promise<void> {
    await this.#writes
    if (this.#closing !== undefined) throw storeClosed()
    const state = this.#state.current
    if (state.status === 'open' || state.status === 'closed') return
    if (state.status === 'unsettled') {
      await assertRoomToReopen(this.#location)
      this.#state.current = { status: 'down', failure: state.failure }
      await this.#database.close()
    }
    await this.#open()
    this.#state.current = { status: 'open' }
  }

  async #finish(): Promise<void> {
    await this.#recovery?.catch(() => {})
    await this.#writes
    if (this.#state.current.status === 'open') await flushWriteBuffer(this.#database)
    this.#state.current = { status: 'closed' }
    await this.#database.close().catch((error: unknown) => {
      throw toStoreError(error)
    })
  }

  #enqueue(write: () => Promise<void>): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(storeClosed())
    const done = this.#writes.then(() => this.#attempt(write))
    this.#writes = done.catch(() => {})
    return done
  }

  async #write(batch: ReturnType<LevelDatabase['batch']>, sync: boolean): Promise<void> {
    await batch.write({ sync })
    // LevelDB syncs only the log it writes to now, and what came before may stand in the one before.
    if (sync && this.#hasUnsynced) await this.#sync()
    if (!sync) this.#hasUnsynced = true
  }

  async #sync(): Promise<void> {
    await syncWriteAheadLogs(this.#location)
    this.#hasUnsynced = false
  }

  async #attempt(write: () => Promise<void>): Promise<void> {
    this.#assertSettled()
    try {
      await write()
    } catch (error) {
      const failure = errorIn(this.#state.current, error)
      // A batch that was prepared before the database was opened again is refused without touching the disk.
      const isRefused = toStoreError(error).code === 'STORE_CLOSED'
      if (!isRefused) this.#state.current = { status: 'unsettled', failure }
      throw failure
    }
  }

  #assertSettled(): void {
    const state = this.#state.current
    if (state.status === 'unsettled' || state.status === 'down') throw state.failure
  }
}

class LevelStoreSnapshot extends LevelReads implements StoreSnapshot {
  readonly #snapshot: ReturnType<LevelDatabase['snapshot']>

  constructor(database: LevelDatabase, toError: (error: unknown) => HcfsError) {
    let snapshot: ReturnType<LevelDatabase['snapshot']>
    try {
      snapshot = database.snapshot()
    } catch (error) {
      throw toError(error)
    }
    super({ database, snapshot, toError })
    this.#snapshot = snapshot
  }

  async close(): Promise<void> {
    await this.#snapshot.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/**
 * Moves what is in memory into a sorted file, so that the next opening has no log to read: a
 * full one takes a second. A failure is none: everything is in the log as well.
 */
async function flushWriteBuffer(database: LevelDatabase): Promise<void> {
  if (!canCompact(database)) return
  // LevelDB flushes before it compacts, and this range holds no keys that would have to be.
  await database.compactRange('\u0000', '\u0000').catch(() => {})
}

/** The types of `level` leave out what browsers cannot do. */
function canCompact(database: object): database is { compactRange(start: StoreKey, end: StoreKey): Promise<void> } {
  return 'compactRange' in database
}

/** What LevelDB calls "not open" was closed by us, or is being opened again after a failed write. */
function errorIn(state: State, error: unknown): HcfsError {
  const failure = toStoreError(error)
  if (failure.code !== 'STORE_CLOSED' || state.status === 'closed') return failure
  if (state.status !== 'open') return state.failure
  return storeError('STORAGE_FAILED', error)
}
