import type { JsonObject, JsonValue } from '@hcfs/core'

/** Whether two values are the same JSON; the order of keys does not matter. */
export function isEqualJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const members: [string, JsonValue][] = Object.entries(left)
  const others = new Map<string, JsonValue>(Object.entries(right))
  return (
    members.length === others.size &&
    members.every(([key, value]) => {
      const other = others.get(key)
      return other !== undefined && isEqualJson(value, other)
    })
  )
}

/** Whether a value is an object that is not itself a leaf. */
export function hasMembers(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
