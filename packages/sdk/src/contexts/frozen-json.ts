/** Freezes what a caller may keep and share, all the way down. */
export function frozenJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const each of Object.values(value)) frozenJson(each)
  return Object.freeze(value)
}
