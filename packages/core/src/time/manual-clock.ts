import type { Clock, WaitOptions } from './clock.ts'

interface Waiter {
  dueAtMs: number
  wake: () => void
}

/**
 * A clock that moves only when told to. Waiters wake in the order in which they
 * are due, and `now()` reads the time each was due at, so that two runs of one
 * program see the same times.
 */
export class ManualClock implements Clock {
  #monotonicMs = 0
  #offsetMs: number
  readonly #waiters = new Set<Waiter>()

  constructor(startMs = 0) {
    this.#offsetMs = startMs
  }

  now(): number {
    return this.#monotonicMs + this.#offsetMs
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  wait(ms: number, { signal }: WaitOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const waiter: Waiter = {
        dueAtMs: this.#monotonicMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
      }
      const onAbort = (): void => {
        this.#waiters.delete(waiter)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
    })
  }

  /** Changes the wall clock without time passing, as an operator or a time server does. */
  jump(ms: number): void {
    this.#offsetMs += ms
  }

  /** Moves time on, waking each waiter at its moment and letting the woken code run to its next wait. */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new TypeError(`Time moves on by 0 ms or more, not by ${ms}; jump() sets the wall clock back`)
    const endMs = this.#monotonicMs + ms
    await settle()
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#waiters.delete(next)
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueAtMs)
      next.wake()
      await settle()
    }
    // Another `advance` may have gone further meanwhile.
    this.#monotonicMs = Math.max(this.#monotonicMs, endMs)
  }

  #nextDue(endMs: number): Waiter | undefined {
    let first: Waiter | undefined
    for (const waiter of this.#waiters) {
      if (waiter.dueAtMs <= endMs && (first === undefined || waiter.dueAtMs < first.dueAtMs)) first = waiter
    }
    return first
  }
}

/** Lets everything run that can run without time passing. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
