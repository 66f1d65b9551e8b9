import type { JsonObject, JsonValue } from '../json.ts'

/** More bytes than the head of any encoded value takes. */
const HEAD_BYTES = 9
const UTF8_BYTES_PER_UNIT_MAX = 3

/** A bound of the size of the canonical encoding. It costs little, so that what is far below a limit is not encoded to measure it. */
export function jsonBytesAtMost(value: JsonValue): number {
  if (typeof value === 'string') return textBytesAtMost(value)
  if (typeof value !== 'object' || value === null) return HEAD_BYTES
  let bytes = HEAD_BYTES
  if (isList(value)) for (const item of value) bytes += jsonBytesAtMost(item)
  else for (const key of Object.keys(value)) bytes += textBytesAtMost(key) + jsonBytesAtMost(value[key]!)
  return bytes
}

export function textBytesAtMost(text: string): number {
  return HEAD_BYTES + text.length * UTF8_BYTES_PER_UNIT_MAX
}

/** How many values a value holds, itself included; keys are not counted. */
export function countValues(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1
  const members: readonly JsonValue[] = isList(value) ? value : Object.values(value)
  return members.reduce<number>((count, member) => count + countValues(member), 1)
}

/** `Array.isArray` forgets that an array can be read-only. */
function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value)
}
