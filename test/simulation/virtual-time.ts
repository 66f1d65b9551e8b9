import { settle } from '@hcfs/core'

interface Scheduled {
  readonly atMs: number
  readonly order: number
  /** Absent once nobody waits for it any more. */
  run: (() => void) | undefined
}

export interface VirtualTimeOptions {
  /** So many things that are due later at once are a leak: every node has a handful. @default 20,000 */
  readonly scheduledMax?: number
}

/**
 * The time of a simulation, and everything that will happen in it.
 *
 * 1. One thing happens at a time, and whatever it sets going runs until it waits
 *    for time, a disk or the network, before the next one happens.
 * 2. Of two things due at one moment, the one that was scheduled first happens first.
 */
export class VirtualTime {
  #nowMs = 0
  #order = 0
  /** A binary heap: the first is due first. */
  readonly #heap: Scheduled[] = []
  readonly #scheduledMax: number

  constructor({ scheduledMax = 20_000 }: VirtualTimeOptions = {}) {
    this.#scheduledMax = scheduledMax
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get scheduledCount(): number {
    return this.#heap.length
  }

  /** Answers with what calls it off. */
  after(ms: number, run: () => void): () => void {
    if (this.#heap.length >= this.#scheduledMax) {
      throw new Error(`More than ${this.#scheduledMax} things wait for their time`)
    }
    this.#order += 1
    const scheduled: Scheduled = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order, run }
    this.#heap.push(scheduled)
    this.#rise(this.#heap.length - 1)
    return () => {
      scheduled.run = undefined
    }
  }

  /** Lets everything happen that is due up to then. */
  async runUntil(endMs: number): Promise<void> {
    await settle()
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#takeFirst()
      if (next.run === undefined) continue
      this.#nowMs = next.atMs
      next.run()
      await settle()
    }
    this.#nowMs = Math.max(this.#nowMs, endMs)
  }

  /** Lets time pass until something that was begun is done. */
  async runThrough<Result>(work: Promise<Result>, { msMax }: { msMax: number }): Promise<Result> {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    // Nobody waits for it while time passes.
    done.catch(() => {})
    const endMs = this.#nowMs + msMax
    for (await settle(); !isDone && this.#nowMs < endMs; ) await this.runUntil(this.#heap[0]?.atMs ?? endMs)
    if (!isDone) throw new Error(`Something that was begun is not done after ${msMax} ms of virtual time`)
    return done
  }

  #takeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const right = left + 1
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left
      if (child >= this.#heap.length || !this.#isBefore(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#heap[left]!
    const b = this.#heap[right]!
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  }

  #swap(left: number, right: number): void {
    const kept = this.#heap[left]!
    this.#heap[left] = this.#heap[right]!
    this.#heap[right] = kept
  }
}
