const KIB = 1_024
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `1.5 MiB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= KIB && unit < UNITS.length - 1) {
    value /= KIB
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** `3 h ago`, and the date for what is older than a month. */
export function agoText(isoTime: string, nowMs: number): string {
  const agoMs = nowMs - Date.parse(isoTime)
  if (Number.isNaN(agoMs)) return isoTime
  if (agoMs < -MINUTE_MS) return isoTime.slice(0, 16).replace('T', ' ')
  if (agoMs < MINUTE_MS) return 'just now'
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`
  if (agoMs < DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`
  if (agoMs < 30 * DAY_MS) return `${Math.floor(agoMs / DAY_MS)} d ago`
  return isoTime.slice(0, 10)
}

/** `1 context`, `3 contexts`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`
}
