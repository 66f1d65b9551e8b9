import { utf8ByteLength } from '@hcfs/core'
import { malformed, tooLarge } from './commit-errors.ts'

interface Range {
  readonly min?: number
  readonly max?: number
}

/** @default from 0 to 2^53 - 1, which every number of the format stays within */
export function assertWholeNumber(
  field: string,
  value: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}
): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw malformed(field, `is not a whole number from ${min} to ${max}`)
}

/** Text that is there says something: leaving it out is the one spelling of saying nothing. */
export function assertText(field: string, text: string | undefined, bytesMax: number): void {
  if (text === undefined) return
  if (text === '') throw malformed(field, 'is empty; it is left out instead')
  if (!text.isWellFormed()) throw malformed(field, 'holds half of a surrogate pair')
  const bytes = utf8ByteLength(text)
  if (bytes > bytesMax) throw tooLarge(`${field}.bytes`, bytes, bytesMax)
}

export function assertCount(field: string, count: number, max: number): void {
  if (count > max) throw tooLarge(`${field}.count`, count, max)
}

/** Sorted, and none twice: one set of values has one encoding. */
export function assertAscending<Value>(
  field: string,
  values: readonly Value[],
  compare: (left: Value, right: Value) => number
): void {
  for (let index = 1; index < values.length; index += 1) {
    if (compare(values[index - 1]!, values[index]!) >= 0)
      throw malformed(field, 'is not in ascending order without repeats')
  }
}
