export interface WaitOptions {
  signal?: AbortSignal
}

/** Where time comes from. Everything above the adapters gets one as an argument, so tests and the simulation can turn it by hand. */
export interface Clock {
  /** Wall-clock milliseconds since the epoch. May jump in either direction. */
  now(): number
  /** Milliseconds from an arbitrary start. Never goes back. For measuring how long something took. */
  monotonicMs(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  wait(ms: number, options?: WaitOptions): Promise<void>
}
