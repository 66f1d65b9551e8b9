import type { Clock, ErrorCode, Random } from '@hcfs/core'
import type { FaultPlanOptions, FaultyOperation } from './fault-plan.ts'
import { FaultPlan } from './fault-plan.ts'
import { FaultyLife } from './faulty-life.ts'
import { FaultyReads } from './faulty-reads.ts'
import type { BatchOptions, OrderedStore, PreparedBatch, StoreOperation, StoreSnapshot } from './ordered-store.ts'
import { prepareOnce } from './prepared-batch.ts'
import { assertStoreOperation } from './store-key.ts'

export interface FaultyStoreComponents {
  /** The disk. It outlives a crash: open another `FaultyStore` on it. */
  store: OrderedStore
  random: Random
  clock: Pick<Clock, 'wait'>
}

export interface FaultyStoreOptions extends FaultPlanOptions {
  /**
   * Every asynchronous step takes up to so long.
   *
   * @default 0: no step waits for the clock
   */
  delayMsMax?: number
}

interface Unsettled {
  readonly failure: Error
  readonly operations: readonly StoreOperation[]
}

/**
 * A store that fails as disks do, repeatably, for tests and the simulation.
 *
 * - The n-th operation fails, one in so many fails, the disk is full, a bit flips on the way
 *   back, operations take time. After a failed write it behaves as `OrderedStore` says: no write
 *   before `recover`, and then the failed batch may be there after all.
 * - `crash` is what happens to a machine without power: batches since the last
 *   sync are lost from some point on, each whole or not at all.
 */
export class FaultyStore extends FaultyReads implements OrderedStore {
  readonly #store: OrderedStore
  readonly #random: Random
  readonly #plan: FaultPlan
  readonly #life: FaultyLife
  /** For each batch that is not synced, what brings back the state before it. */
  #undo: StoreOperation[][] = []
  #unsettled: Unsettled | undefined
  #writes: Promise<void> = Promise.resolve()

  constructor(components: FaultyStoreComponents, options: FaultyStoreOptions = {}) {
    const plan = new FaultPlan(components.random, options)
    const life = new FaultyLife({ ...components, delayMsMax: options.delayMsMax ?? 0 })
    super({ reads: components.store, plan, begin: () => life.thisOpening(), delay: () => life.delay() })
    this.#store = components.store
    this.#random = components.random
    this.#plan = plan
    this.#life = life
  }

  /** The n-th read or write from now fails; 1 is the next. */
  failOperation(operation: FaultyOperation, n: number, code: ErrorCode = 'STORAGE_FAILED'): void {
    this.#plan.announce(operation, n, code)
  }

  set isDiskFull(isFull: boolean) {
    this.#plan.isDiskFull = isFull
  }

  /**
   * Nothing of this store works any more. What was asked and not answered is never answered: the
   * program that waited for it is gone, too. Resolves when the disk is as the next opening finds it.
   */
  async crash(): Promise<void> {
    await this.#life.crash()
    const keptCount = this.#random.below(this.#undo.length + 1)
    const isWhole = keptCount === this.#undo.length
    for (const undo of this.#undo.splice(keptCount).reverse()) await this.#store.batch(undo, { sync: true })
    if (isWhole && this.#unsettled !== undefined && this.#plan.coin())
      await this.#store.batch(this.#unsettled.operations)
  }

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    this.#life.assertOpen()
    this.#assertSettled()
    for (const operation of operations) assertStoreOperation(operation)
    const copy = operations.map(copyOf)
    const assertPreparedInThis = this.#life.thisOpening()
    return prepareOnce({
      write: ({ sync = false }) =>
        this.#enqueue(async () => {
          assertPreparedInThis()
          await this.#write(copy, sync)
        }),
      discard: async () => {}
    })
  }

  async batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void> {
    await this.prepare(operations).write(options)
  }

  async sync(): Promise<void> {
    await this.#enqueue(() => this.#write([], true))
  }

  snapshot(): StoreSnapshot {
    this.#life.assertOpen()
    const snapshot = this.#store.snapshot()
    const assertAlive = this.#life.thisOpening()
    const delay = (): Promise<void> => this.#life.delay()
    return new FaultySnapshot(snapshot, { reads: snapshot, plan: this.#plan, begin: () => assertAlive, delay })
  }

  async recover(): Promise<void> {
    this.#life.assertOpen()
    await this.#writes
    await this.#life.delay()
    if (this.#unsettled === undefined) return
    this.#plan.throwFaultOf('write')
    const { operations } = this.#unsettled
    this.#unsettled = undefined
    this.#life.openAnew()
    if (this.#plan.coin()) await this.#life.touch(() => this.#store.batch(operations))
    // Opening a store again moves everything in its logs into files that are synced.
    this.#undo = []
  }

  async close(): Promise<void> {
    await this.#life.close(async () => {
      await this.#writes
      await this.#store.close()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #enqueue(write: () => Promise<void>): Promise<void> {
    this.#life.assertOpen()
    const done = this.#writes.then(write)
    this.#writes = done.catch(() => {})
    await done
  }

  async #write(operations: readonly StoreOperation[], sync: boolean): Promise<void> {
    this.#assertSettled()
    await this.#life.delay()
    const failure = this.#plan.faultOf('write')
    if (failure !== undefined) {
      this.#unsettled = { failure, operations }
      throw failure
    }
    await this.#life.touch(async () => {
      this.#undo.push(await this.#undoOf(operations))
      await this.#store.batch(operations)
    })
    await this.#life.delay()
    if (sync) this.#undo = []
  }

  async #undoOf(operations: readonly StoreOperation[]): Promise<StoreOperation[]> {
    const keys = [...new Set(operations.map(({ key }) => key))]
    const values = await this.#store.getMany(keys)
    return keys.map((key, index): StoreOperation => {
      const value = values[index]
      return value === undefined ? { type: 'del', key } : { type: 'put', key, value }
    })
  }

  #assertSettled(): void {
    if (this.#unsettled !== undefined) throw this.#unsettled.failure
  }
}

function copyOf(operation: StoreOperation): StoreOperation {
  if (operation.type === 'del' || typeof operation.value === 'string') return operation
  return { ...operation, value: Uint8Array.from(operation.value) }
}

class FaultySnapshot extends FaultyReads implements StoreSnapshot {
  readonly #snapshot: StoreSnapshot

  constructor(snapshot: StoreSnapshot, components: ConstructorParameters<typeof FaultyReads>[0]) {
    super(components)
    this.#snapshot = snapshot
  }

  close(): Promise<void> {
    return this.#snapshot.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
