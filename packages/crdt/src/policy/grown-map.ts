import type { FormatLimitName } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import { refusedStatement } from './policy-errors.ts'

/** A copy with one more entry, as long as the format allows so many. */
export function grownMap<Key, Value>(
  limit: FormatLimitName,
  map: ReadonlyMap<Key, Value>,
  [key, value]: readonly [Key, Value]
): ReadonlyMap<Key, Value> {
  if (map.size >= FORMAT_LIMITS[limit] && !map.has(key)) {
    throw refusedStatement('count-exceeded', `The policy has as many as ${limit} allows`)
  }
  return new Map(map).set(key, value)
}
