import type { Clock } from '@hcfs/core'

export interface BreakerOptions {
  readonly failuresMax: number
  readonly breakMs: number
}

/**
 * Keeps a server that fails from being asked all the time. After `failuresMax`
 * failures in a row nobody may ask for `breakMs`; then one may, and its outcome
 * decides for all.
 */
export class CircuitBreaker {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #options: BreakerOptions
  #failuresInRow = 0
  #closedUntilMs = 0

  constructor(clock: Pick<Clock, 'monotonicMs'>, options: BreakerOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** Whether a request may be made now. Whoever was told yes says how it went. */
  mayAsk(): boolean {
    if (this.#failuresInRow < this.#options.failuresMax) return true
    if (this.#clock.monotonicMs() < this.#closedUntilMs) return false
    // The others go on waiting for the one that tries.
    this.#closedUntilMs = this.#clock.monotonicMs() + this.#options.breakMs
    return true
  }

  succeeded(): void {
    this.#failuresInRow = 0
  }

  failed(): void {
    this.#failuresInRow += 1
    this.#closedUntilMs = this.#clock.monotonicMs() + this.#options.breakMs
  }
}
