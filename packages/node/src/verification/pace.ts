import type { Clock } from '@hcfs/core'
import { assertNotAborted } from '../storage/store-errors.ts'

const SLICE_MS = 10

/** Gives the event loop back after every few milliseconds of work. */
export class Pace {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'wait'>
  #sliceStartMs: number

  constructor(clock: Pick<Clock, 'monotonicMs' | 'wait'>) {
    this.#clock = clock
    this.#sliceStartMs = clock.monotonicMs()
  }

  async step(signal: AbortSignal | undefined): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sliceStartMs < SLICE_MS) return
    assertNotAborted(signal)
    await this.#clock.wait(0)
    this.#sliceStartMs = this.#clock.monotonicMs()
  }
}
