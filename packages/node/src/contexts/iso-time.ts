import type { HybridTime } from '@hcfs/core'
import { toMilliseconds } from '@hcfs/core'

const MS_PER_SECOND = 1_000
const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 86_400_000
const DATE_LENGTH = '2026-01-31T'.length

/** The day that was written last: what is read together was mostly written on one day. */
let lastDay = { number: 0, text: '1970-01-01T' }

/** The time as `Date` writes it in ISO 8601, which takes `Date` five times as long: as much as a tenth of a cold read. */
export function isoTimeOf(hlc: HybridTime): string {
  const ms = toMilliseconds(hlc)
  const day = Math.floor(ms / MS_PER_DAY)
  if (day !== lastDay.number) lastDay = { number: day, text: new Date(ms).toISOString().slice(0, DATE_LENGTH) }
  const inDay = ms - day * MS_PER_DAY
  const hours = twoDigits(Math.floor(inDay / MS_PER_HOUR))
  const minutes = twoDigits(Math.floor(inDay / MS_PER_MINUTE) % 60)
  const seconds = twoDigits(Math.floor(inDay / MS_PER_SECOND) % 60)
  const rest = inDay % MS_PER_SECOND
  return `${lastDay.text}${hours}:${minutes}:${seconds}.${rest < 100 ? '0' : ''}${twoDigits(rest)}Z`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
