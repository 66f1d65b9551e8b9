import { HcfsError } from '../errors/hcfs-error.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import type { Clock } from './clock.ts'

declare const hybridTimeBrand: unique symbol

/**
 * A hybrid logical time: microseconds since the epoch as a whole number. The
 * wall clock gives milliseconds; the three digits below count events within
 * one, and simply run into the next when there are more. Safe as a JavaScript
 * number until the year 2255.
 */
export type HybridTime = number & { readonly [hybridTimeBrand]: true }

const MICROSECONDS_PER_MS = 1_000

/** Nothing is signed further ahead of the own wall clock than this. */
export const CLOCK_AHEAD_MAX_MS: number = FORMAT_LIMITS.signAheadMsMax

export interface HybridClockComponents {
  clock: Pick<Clock, 'now'>
}

/**
 * Gives every local event a time later than all events it follows, close to
 * the wall clock.
 *
 * 1. Two calls of `next` never give the same time, and times only grow.
 * 2. `next` is later than every time passed to it.
 * 3. `next` never runs more than `CLOCK_AHEAD_MAX_MS` ahead of the wall clock: it
 *    fails with `CLOCK_AHEAD` instead, so that one bad clock does not drag the
 *    whole network into the future.
 *
 * Does not survive a restart: the caller passes the last time it stored.
 */
export class HybridClock {
  readonly #clock: Pick<Clock, 'now'>
  #last: number

  constructor({ clock }: HybridClockComponents, last: HybridTime = hybridTime(0)) {
    this.#clock = clock
    this.#last = last
  }

  /** `max(wall, last, after) + 1`, where `after` holds the times this event follows. */
  next(...after: readonly HybridTime[]): HybridTime {
    const wall = Math.floor(this.#clock.now() * MICROSECONDS_PER_MS)
    let latest = Math.max(wall, this.#last)
    for (const time of after) latest = Math.max(latest, time)
    const next = latest + 1
    const aheadMs = Math.ceil((next - wall) / MICROSECONDS_PER_MS)
    if (aheadMs > CLOCK_AHEAD_MAX_MS) {
      throw new HcfsError(
        'CLOCK_AHEAD',
        `What this follows is dated ${aheadMs} ms ahead of this machine's clock; set the clock right and try again`,
        { details: { aheadMs, aheadMaxMs: CLOCK_AHEAD_MAX_MS } }
      )
    }
    const time = hybridTime(next)
    this.#last = time
    return time
  }
}

/** Checks a number that came from outside. */
export function hybridTime(value: number): HybridTime {
  if (Number.isSafeInteger(value) && value >= 0) return value as HybridTime
  throw new HcfsError('ENCODING_INVALID', 'A hybrid time is a whole number of microseconds from 0 to 2^53 - 1')
}

/** The last hybrid time that belongs to a wall-clock millisecond; for reads `at` a time. */
export function endOfMillisecond(ms: number): HybridTime {
  return hybridTime(ms * MICROSECONDS_PER_MS + MICROSECONDS_PER_MS - 1)
}

export function toMilliseconds(time: HybridTime): number {
  return Math.floor(time / MICROSECONDS_PER_MS)
}
