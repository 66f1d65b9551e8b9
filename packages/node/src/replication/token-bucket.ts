export interface TokenBucketOptions {
  readonly perSecond: number
  /** What may come at once after a pause. */
  readonly burst: number
}

/** How much somebody may do. Time comes in, and may not go back. */
export class TokenBucket {
  readonly #options: TokenBucketOptions
  #left: number
  #atMs: number | undefined

  constructor(options: TokenBucketOptions) {
    this.#options = options
    this.#left = options.burst
  }

  /** False, and nothing is taken, when there is not so much. */
  take(amount: number, nowMs: number): boolean {
    const { perSecond, burst } = this.#options
    const passedMs = nowMs - (this.#atMs ?? nowMs)
    this.#left = Math.min(burst, this.#left + (passedMs * perSecond) / 1_000)
    this.#atMs = nowMs
    if (amount > this.#left) return false
    this.#left -= amount
    return true
  }
}
