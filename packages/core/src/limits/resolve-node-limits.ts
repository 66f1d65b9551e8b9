import type { NodeLimitName, NodeLimits } from './node-limits.ts'
import { NODE_LIMITS } from './node-limits.ts'

/** Pairs in which the first may not exceed the second. */
const ORDERED_PAIRS: readonly (readonly [NodeLimitName, NodeLimitName])[] = [
  ['reconcilePauseMsMin', 'reconcilePauseMsMax'],
  ['connectionsMin', 'connectionsMax']
]

/**
 * Every limit of a node: what the caller set, and the default for the rest. A
 * wrong name or value is a mistake of the program and throws `TypeError`.
 */
export function resolveNodeLimits(
  overrides: { readonly [Name in NodeLimitName]?: number | undefined } = {}
): NodeLimits {
  const limits = Object.fromEntries(limitNames().map((name) => [name, NODE_LIMITS[name].default])) as Record<
    NodeLimitName,
    number
  >
  for (const [name, value] of Object.entries(overrides)) {
    if (!isNodeLimitName(name)) throw new TypeError(`No limit is called ${name}; there are ${limitNames().join(', ')}`)
    if (value === undefined) continue
    assertInRange(name, value)
    limits[name] = value
  }
  for (const [lower, upper] of ORDERED_PAIRS) {
    if (limits[lower] <= limits[upper]) continue
    throw new TypeError(`${lower} (${limits[lower]}) must not exceed ${upper} (${limits[upper]}); set both`)
  }
  return Object.freeze(limits)
}

function assertInRange(name: NodeLimitName, value: unknown): void {
  const { min, max, unit } = NODE_LIMITS[name]
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return
  throw new TypeError(`${name} must be a whole number from ${min} to ${max} (${unit}), not ${String(value)}`)
}

function limitNames(): NodeLimitName[] {
  return Object.keys(NODE_LIMITS).filter(isNodeLimitName)
}

function isNodeLimitName(name: string): name is NodeLimitName {
  return Object.hasOwn(NODE_LIMITS, name)
}
