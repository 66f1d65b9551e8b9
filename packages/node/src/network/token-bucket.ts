/** How much may happen in a second, with a second's worth in reserve. Knows no clock: the caller says what time it is. */
export class TokenBucket {
  readonly #perSecond: number
  #tokens: number
  #atMs: number

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond
    this.#atMs = nowMs
  }

  /** Takes them if they are there. */
  tryTake(count: number, nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#tokens < Math.min(count, this.#perSecond)) return false
    this.#tokens -= count
    return true
  }

  /** How long until `tryTake` of so many succeeds. */
  waitMs(count: number, nowMs: number): number {
    this.#refill(nowMs)
    const missing = Math.min(count, this.#perSecond) - this.#tokens
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1_000)
  }

  #refill(nowMs: number): void {
    const gained = (Math.max(0, nowMs - this.#atMs) / 1_000) * this.#perSecond
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained)
    this.#atMs = nowMs
  }
}
