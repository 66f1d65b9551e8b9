import type { Clock, Durability, Logger, Startable } from '@hcfs/core'
import { Lifecycle, NODE_LIMITS } from '@hcfs/core'
import { BufferedSync } from './buffered-sync.ts'
import type { GroupOwner, SealedOutcome } from './group-owner.ts'
import type { OrderedStore, PreparedBatch } from './ordered-store.ts'
import type { WaitOptions, Writer } from './writer-queue.ts'
import { refuse, WriterQueue } from './writer-queue.ts'

export interface GroupCommitComponents<Item, Result> {
  store: Pick<OrderedStore, 'prepare' | 'sync'>
  owner: GroupOwner<Item, Result>
  clock: Pick<Clock, 'wait'>
  log: Logger
}

export interface GroupCommitOptions {
  /**
   * `disk`: a write resolves after its fsync. `buffered`: it resolves before, which is
   * faster for a single writer and loses the last writes when the machine stops.
   *
   * @default 'disk'
   */
  durability?: Durability
  /** @default 256, what one commit may hold */
  groupEntriesMax?: number
  /** @default 4 MiB, what one commit may hold */
  groupBytesMax?: number
  /** @default 65_536 */
  writeQueueItemsMax?: number
  /** @default 256 MiB */
  writeQueueBytesMax?: number
  /** @default 200 */
  bufferedSyncPauseMs?: number
}

export interface Committed<Result> {
  readonly result: Result
  /** What was true when the write was answered. */
  readonly durable: Durability
}

/** Closed, sealed, and on its way to the disk. */
interface Group<Item, Result> {
  readonly writers: readonly Writer<Item, Committed<Result>>[]
  readonly keys: ReadonlySet<string>
  readonly outcomes: readonly SealedOutcome<Result>[]
  /** Absent when there is nothing to write. */
  readonly batch: PreparedBatch | undefined
}

type State =
  | { readonly status: 'running' }
  /** Something failed. What is being written is waited for. */
  | { readonly status: 'halting' }
  | { readonly status: 'recovering'; readonly done: Promise<void> }
  /** The next write tries to recover again. */
  | { readonly status: 'failed' }

/** From so many waiting writers on, a group is sealed while the one before is written; for fewer, one fsync for all of them is faster. */
const PIPELINED_ITEMS_MIN = 8

/**
 * For so many turns of the microtask queue at most, a group waits for writers that were just
 * answered and write again. Without it, one that is late makes two groups of every one.
 */
const REJOIN_TURNS_MAX = 16

const NO_KEYS: ReadonlySet<string> = new Set()

/**
 * Writers that wait share one fsync.
 *
 * 1. Groups are stored in the order in which they were sealed, one at a time, and
 *    writers are answered in that order. The next group is sealed meanwhile.
 * 2. Two groups in flight share no key, nor do two items of one group. Items with a
 *    key in common are stored in the order in which they were submitted.
 * 3. A write is answered when it is stored as durably as the answer says, never before.
 * 4. When a group fails, its writers and those of the group sealed on top of it fail with
 *    its error, and `recover` runs. Writers whose group was not closed go on after it.
 * 5. What waits is limited; a write beyond that fails at once with `WRITE_QUEUE_FULL`.
 */
export class GroupCommit<Item, Result> implements Startable {
  readonly #components: GroupCommitComponents<Item, Result>
  readonly #durability: Durability
  readonly #room: { entriesMax: number; bytesMax: number }
  readonly #queue: WriterQueue<Item, Committed<Result>>
  readonly #buffered: BufferedSync<Result>
  readonly #lifecycle: Lifecycle
  #state: State = { status: 'running' }
  #writing: Group<Item, Result> | undefined
  #sealed: Group<Item, Result> | undefined
  #isTurnDue = false
  /** Writers that were answered and have not come back yet. */
  #awayCount = 0

  constructor(components: GroupCommitComponents<Item, Result>, options: GroupCommitOptions = {}) {
    this.#components = components
    this.#durability = options.durability ?? 'disk'
    this.#room = {
      entriesMax: options.groupEntriesMax ?? NODE_LIMITS.groupEntriesMax.default,
      bytesMax: options.groupBytesMax ?? NODE_LIMITS.groupBytesMax.default
    }
    this.#queue = new WriterQueue({
      writeQueueItemsMax: options.writeQueueItemsMax ?? NODE_LIMITS.writeQueueItemsMax.default,
      writeQueueBytesMax: options.writeQueueBytesMax ?? NODE_LIMITS.writeQueueBytesMax.default
    })
    this.#buffered = new BufferedSync(
      {
        store: components.store,
        clock: components.clock,
        onSynced: (results) => this.#tell('onDurable', results),
        onFailed: (error) => this.#halt(error)
      },
      options.bufferedSyncPauseMs ?? NODE_LIMITS.bufferedSyncPauseMs.default
    )
    this.#lifecycle = new Lifecycle('group-commit', { onStart: async () => {}, onStop: () => this.flush() })
  }

  get durability(): Durability {
    return this.#durability
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  /** Refuses new writes; resolves when all earlier ones are answered and on the disk. */
  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  async submit(item: Item, options: WaitOptions = {}): Promise<Committed<Result>> {
    this.#lifecycle.assertStarted()
    const answer = this.#queue.add(item, this.#components.owner.footprintOf(item), options)
    this.#awayCount = Math.max(0, this.#awayCount - 1)
    this.#callTurn()
    return answer
  }

  /** Resolves when a write would not be refused with `WRITE_QUEUE_FULL`. For those who write much and can wait. */
  room(): Promise<void> {
    return this.#queue.room()
  }

  /** Resolves when every write submitted before is answered, and what was stored of it is on the disk. */
  async flush(): Promise<void> {
    const groups = [this.#writing, this.#sealed].flatMap((group) => group?.writers ?? [])
    await Promise.allSettled([...groups, ...this.#queue.waiting()].map(({ answer }) => answer.promise))
    await this.#buffered.flush()
    if (this.#state.status === 'recovering') await this.#state.done
  }

  /** Lets whoever is about to write do so, then decides what to seal and write. */
  #callTurn(): void {
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    void this.#takeTurn()
  }

  async #takeTurn(): Promise<void> {
    await undefined
    for (let turn = 0; turn < REJOIN_TURNS_MAX && this.#awayCount > 0; turn += 1) await undefined
    this.#awayCount = 0
    this.#isTurnDue = false
    if (this.#state.status === 'failed' && this.#queue.count > 0) this.#recover()
    if (this.#state.status !== 'running') return
    if (this.#writing === undefined) this.#writeNext()
    // Sealing is work for this thread, and the disk is busy now.
    if (this.#isWorthPipelining()) this.#sealed = this.#seal(this.#writing)
  }

  #isWorthPipelining(): boolean {
    if (this.#writing === undefined || this.#sealed !== undefined || this.#state.status !== 'running') return false
    return this.#queue.count >= Math.max(PIPELINED_ITEMS_MIN, this.#writing.writers.length)
  }

  #writeNext(): void {
    const group = this.#sealed ?? this.#seal(undefined)
    this.#sealed = undefined
    if (group === undefined) return
    this.#writing = group
    void this.#write(group)
  }

  /** Closes the next group. `undefined` when there is none, or when it could not be sealed. */
  #seal(inFlight: Group<Item, Result> | undefined): Group<Item, Result> | undefined {
    const { owner, store } = this.#components
    const writers = this.#queue.take({
      ...this.#room,
      itemsMax: this.#groupItemsMax(inFlight),
      busyKeys: inFlight?.keys ?? NO_KEYS
    })
    if (writers.length === 0) return undefined
    try {
      const { operations, outcomes } = owner.seal(writers.map(({ item }) => item))
      if (outcomes.length !== writers.length) throw new TypeError('seal() must give one outcome for each item')
      const batch = operations.length === 0 ? undefined : store.prepare(operations)
      return { writers, outcomes, batch, keys: new Set(writers.flatMap(({ footprint }) => footprint.keys)) }
    } catch (error) {
      refuse(writers, error)
      this.#halt(error)
      return undefined
    }
  }

  /** When the disk is idle and many wait, half of them go first, so that the other half is sealed while it works. */
  #groupItemsMax(inFlight: Group<Item, Result> | undefined): number {
    const { count } = this.#queue
    return inFlight === undefined && count >= 2 * PIPELINED_ITEMS_MIN ? count >> 1 : count
  }

  async #write(group: Group<Item, Result>): Promise<void> {
    try {
      await group.batch?.write({ sync: this.#durability === 'disk' })
    } catch (error) {
      this.#writing = undefined
      refuse(group.writers, error)
      this.#halt(error)
      return
    }
    this.#writing = undefined
    // The disk does not wait for the answers.
    if (this.#sealed !== undefined) this.#writeNext()
    this.#answer(group)
    this.#recoverWhenIdle()
    this.#callTurn()
  }

  #answer({ writers, outcomes }: Group<Item, Result>): void {
    const results = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []))
    this.#awayCount += writers.length
    this.#tell('onStored', results)
    if (this.#durability === 'disk') this.#tell('onDurable', results)
    else this.#buffered.add(results)
    for (const [index, { answer }] of writers.entries()) {
      const outcome = outcomes[index]!
      if ('result' in outcome) answer.resolve({ result: outcome.result, durable: this.#durability })
      else answer.reject(outcome.error)
    }
  }

  #tell(event: 'onStored' | 'onDurable', results: readonly Result[]): void {
    if (results.length === 0) return
    try {
      this.#components.owner[event]?.(results)
    } catch (error) {
      // What is stored is stored; a listener's mistake is not a failed write.
      this.#components.log.error('commit-listener-failed', { event, error })
    }
  }

  /** Nothing more is sealed or written before `recover`. */
  #halt(failure: unknown): void {
    if (this.#state.status === 'running') {
      this.#components.log.error('group-failed', { error: failure })
      this.#state = { status: 'halting' }
      void this.#sealed?.batch?.discard()
      refuse(this.#sealed?.writers ?? [], failure)
      this.#sealed = undefined
    }
    this.#recoverWhenIdle()
  }

  #recoverWhenIdle(): void {
    if (this.#state.status === 'halting' && this.#writing === undefined) this.#recover()
  }

  #recover(): void {
    const recovery = Promise.resolve().then(() => this.#components.owner.recover())
    const done = recovery.then(
      () => {
        this.#state = { status: 'running' }
        this.#components.log.info('group-recovered')
        this.#callTurn()
      },
      (error: unknown) => {
        this.#state = { status: 'failed' }
        refuse(this.#queue.drain(), error)
      }
    )
    this.#state = { status: 'recovering', done }
  }
}
