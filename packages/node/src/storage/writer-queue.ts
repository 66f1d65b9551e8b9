import { HcfsError } from '@hcfs/core'
import type { Footprint, GroupRoom } from './group-queue.ts'
import { GroupQueue } from './group-queue.ts'

export interface WriterQueueLimits {
  readonly writeQueueItemsMax: number
  readonly writeQueueBytesMax: number
}

export interface WaitOptions {
  /** Takes the write back, as long as its group is not closed. */
  readonly signal?: AbortSignal
}

/** One write that waits to be answered. */
export interface Writer<Item, Answer> {
  readonly item: Item
  readonly footprint: Footprint
  readonly answer: PromiseWithResolvers<Answer>
  /** Stops listening to the caller's signal. */
  readonly release: () => void
}

/**
 * The writers whose group is not closed yet. Never holds more than the limits
 * say, except for one write that is larger than all of it.
 */
export class WriterQueue<Item, Answer> {
  readonly #limits: WriterQueueLimits
  readonly #queue = new GroupQueue<Writer<Item, Answer>>()
  #waitingForRoom: (() => void)[] = []

  constructor(limits: WriterQueueLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#queue.count
  }

  get hasRoom(): boolean {
    return this.#queue.count < this.#limits.writeQueueItemsMax && this.#queue.bytes < this.#limits.writeQueueBytesMax
  }

  add(item: Item, footprint: Footprint, { signal }: WaitOptions): Promise<Answer> {
    if (signal?.aborted === true) return Promise.reject(aborted(signal))
    if (!this.hasRoom) return Promise.reject(this.#full())
    const answer = Promise.withResolvers<Answer>()
    const onAbort = (): void => {
      if (this.#queue.remove(writer)) answer.reject(aborted(signal))
      this.#offerRoom()
    }
    const writer = { item, footprint, answer, release: () => signal?.removeEventListener('abort', onAbort) }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#queue.add(writer)
    return answer.promise
  }

  /** The writers of the next group. They cannot take their writes back any more. */
  take(room: GroupRoom): Writer<Item, Answer>[] {
    return this.#released(this.#queue.take(room))
  }

  drain(): Writer<Item, Answer>[] {
    return this.#released(this.#queue.drain())
  }

  waiting(): readonly Writer<Item, Answer>[] {
    return this.#queue.waiting()
  }

  /** Resolves when a write would not be refused. */
  async room(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve))
  }

  #released(writers: Writer<Item, Answer>[]): Writer<Item, Answer>[] {
    for (const { release } of writers) release()
    this.#offerRoom()
    return writers
  }

  #offerRoom(): void {
    if (this.#waitingForRoom.length === 0 || !this.hasRoom) return
    const waiting = this.#waitingForRoom
    this.#waitingForRoom = []
    for (const wake of waiting) wake()
  }

  #full(): HcfsError {
    return new HcfsError(
      'WRITE_QUEUE_FULL',
      'More writes wait for the disk than this node allows; wait for some of them, then try again',
      { details: { writes: this.#queue.count, bytes: this.#queue.bytes, ...this.#limits } }
    )
  }
}

export function refuse<Item, Answer>(writers: readonly Writer<Item, Answer>[], error: unknown): void {
  for (const { answer } of writers) answer.reject(error)
}

function aborted(signal: AbortSignal | undefined): HcfsError {
  return new HcfsError('OPERATION_ABORTED', 'The write was taken back before it was stored', { cause: signal?.reason })
}
