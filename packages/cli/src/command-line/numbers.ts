import { usageError } from './usage-error.ts'

/** A whole number from 1, as the value of an option. */
export function readCount(option: string, text: string): number {
  const count = readPosition(option, text)
  if (count >= 1) return count
  throw usageError(`--${option} takes a whole number from 1, not "${text}"`)
}

/** A whole number from 0. */
export function readPosition(option: string, text: string): number {
  const position = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(position)) return position
  throw usageError(`--${option} takes a whole number, not "${text}"`)
}
