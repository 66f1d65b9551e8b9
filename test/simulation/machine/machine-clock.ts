import type { Clock, WaitOptions } from '@hcfs/core'
import type { VirtualTime } from '../virtual-time.ts'

/** When a simulation begins, by clocks that are right. */
export const START_MS = 1_790_000_000_000

/** The wall clock of one machine. It may be wrong, and it may be set. */
export class WallClock {
  readonly #time: VirtualTime
  #aheadMs: number

  constructor(time: VirtualTime, aheadMs: number) {
    this.#time = time
    this.#aheadMs = aheadMs
  }

  get time(): VirtualTime {
    return this.#time
  }

  now(): number {
    return START_MS + this.#time.nowMs + this.#aheadMs
  }

  jump(ms: number): void {
    this.#aheadMs += ms
  }
}

/** What one run of a program sees of its machine's clock. After its death nothing of it wakes any more. */
export class ProcessClock implements Clock {
  readonly #wall: WallClock
  #isDead = false

  constructor(wall: WallClock) {
    this.#wall = wall
  }

  now(): number {
    return this.#wall.now()
  }

  monotonicMs(): number {
    return this.#wall.time.nowMs
  }

  wait(ms: number, { signal }: WaitOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const callOff = this.#wall.time.after(ms, () => {
        if (this.#isDead) return
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      const onAbort = (): void => {
        callOff()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  die(): void {
    this.#isDead = true
  }
}
