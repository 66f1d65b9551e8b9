/** How deep a field may be nested before the rest is left out. */
const DEPTH_MAX = 8
/** How many values one line takes, so that a field which holds half the program by accident costs little. */
const VALUES_MAX = 1_000

/** What stands above the value, and how many values the line still takes. */
interface Place {
  readonly above: readonly object[]
  readonly budget: { left: number }
}

/**
 * A value that `JSON.stringify` writes without losing what matters and without
 * throwing: errors with their code, causes and parts, bigints and numbers that
 * JSON has no word for as text, bytes by their count only, and a word in place
 * of a cycle, of what is too much and of what cannot be read.
 */
export function plainLogValue(value: unknown, place: Place = { above: [], budget: { left: VALUES_MAX } }): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (place.above.includes(value)) return '(cycle)'
  if (place.above.length >= DEPTH_MAX) return '(deeper)'
  try {
    return plainObject(value, { ...place, above: [...place.above, value] })
  } catch {
    return '(unreadable)'
  }
}

function plainObject(value: object, place: Place): unknown {
  if (value instanceof Error) return plainError(value, place)
  if (Array.isArray(value)) return plainItems(value, place)
  if (value instanceof Map || value instanceof Set) return plainItems(value, place)
  if ('toJSON' in value && typeof value.toJSON === 'function') return plainLogValue(value.toJSON(), place)
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    if (isSpent(place)) return { ...plain, more: '(left out)' }
    plain[key] = plainLogValue(Reflect.get(value, key), place)
  }
  return plain
}

function plainItems(items: Iterable<unknown>, place: Place): unknown[] {
  const plain: unknown[] = []
  for (const item of items) {
    if (isSpent(place)) return [...plain, '(left out)']
    plain.push(plainLogValue(item, place))
  }
  return plain
}

/** Not what `toJSON` of an error gives: that is for other machines and leaves out the cause. */
function plainError(error: Error, place: Place): unknown {
  const plain: Record<string, unknown> = { name: error.name, message: error.message }
  for (const key of ['code', 'details', 'cause', 'errors']) {
    if (key in error) plain[key] = plainLogValue(Reflect.get(error, key), place)
  }
  return plain
}

function isSpent({ budget }: Place): boolean {
  budget.left -= 1
  return budget.left < 0
}
