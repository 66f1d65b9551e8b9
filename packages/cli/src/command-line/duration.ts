import { usageError } from './usage-error.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000
}

/** Reads `500ms`, `10s`, `5m`, `2h` or `7d`. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit ?? '']
  if (count === undefined || unitMs === undefined) {
    throw usageError(`"${text}" is not a duration; write it like 500ms, 10s, 5m, 2h or 7d`)
  }
  return Number(count) * unitMs
}
