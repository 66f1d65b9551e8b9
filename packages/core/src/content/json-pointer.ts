/** The keys from the top of a JSON object down to a value. */
export type FieldKeys = readonly string[]

/** RFC 6901: `['a/b', 'c']` is `/a~1b/c`. */
export function formatPointer(keys: FieldKeys): string {
  let pointer = ''
  for (const key of keys) pointer += `/${escapeKey(key)}`
  return pointer
}

/** The inverse of `formatPointer`; `undefined` for text that it would not have written. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) return undefined
  const keys = pointer.slice(1).split('/')
  if (!pointer.includes('~')) return keys
  return keys.some(isWronglyEscaped) ? undefined : keys.map(unescapeKey)
}

/** Whether a JSON object cannot hold a value at both: they are equal, or one leads through the other. */
export function doConflict(left: FieldKeys, right: FieldKeys): boolean {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) if (left[index] !== right[index]) return false
  return true
}

function escapeKey(key: string): string {
  // In this order, or the tilde of an escaped slash would be escaped again.
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

function isWronglyEscaped(key: string): boolean {
  return /~(?![01])/.test(key)
}
