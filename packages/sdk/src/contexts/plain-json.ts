import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'

/**
 * Refuses what JSON would lose on the way: `undefined`, NaN, dates, objects of
 * classes. An embedded node refuses the same; a client must not write less than
 * its caller meant.
 */
export function assertPlainJson(value: unknown, depth = 0): void {
  if (depth > FORMAT_LIMITS.fieldsDepthMax) {
    throw refused(`Values are nested deeper than ${FORMAT_LIMITS.fieldsDepthMax} levels: flatten them`)
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
  if (Array.isArray(value)) {
    // By index: a hole has to be met, as undefined.
    for (let index = 0; index < value.length; index += 1) assertPlainJson(value[index], depth + 1)
    return
  }
  if (!isPlainObject(value)) throw refused('A value is not JSON: convert it or leave it out')
  for (const each of Object.values(value)) assertPlainJson(each, depth + 1)
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function refused(message: string): HcfsError {
  return new HcfsError('CONTENT_INVALID', message)
}
