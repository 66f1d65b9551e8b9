import type { Random } from '@hcfs/core'

const FIRST_PAUSE_MS = 500
const JITTER_STEPS = 1_000

/** Doubles with every failure, and is cut by up to a half at random, so that many nodes do not come back at once. */
export function retryPauseMs(failures: number, pauseMsMax: number, random: Random): number {
  const full = Math.min(pauseMsMax, FIRST_PAUSE_MS * 2 ** (failures - 1))
  return full * (1 - random.below(JITTER_STEPS) / JITTER_STEPS / 2)
}

/** What a `Retry-After` header asks for: seconds, or a date. `undefined` where it says neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1_000
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
