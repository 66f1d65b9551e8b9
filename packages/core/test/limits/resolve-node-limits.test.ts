import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeLimitName } from '../../src/limits/node-limits.ts'
import { NODE_LIMITS } from '../../src/limits/node-limits.ts'
import { resolveNodeLimits } from '../../src/limits/resolve-node-limits.ts'

const UNIT_IN_NAME = { bytes: /Bytes/, ms: /Ms/, 'per second': /PerSecond/, count: /^(?!.*(?:Bytes|Ms|PerSecond))/ }

const names = Object.keys(NODE_LIMITS) as NodeLimitName[]

describe('resolved limits', () => {
  test('are the defaults where nothing was set', () => {
    const limits = resolveNodeLimits()
    for (const name of names) expect(limits[name]).toBe(NODE_LIMITS[name].default)
    expect(resolveNodeLimits({ connectionsMax: undefined })).toEqual(limits)
  })

  test('hold what was set and the defaults for the rest, and stay so', () => {
    const overrides = { connectionsMin: 3, connectionsMax: 7 }
    const limits = resolveNodeLimits(overrides)
    overrides.connectionsMax = 8
    expect(limits).toEqual({ ...resolveNodeLimits(), connectionsMin: 3, connectionsMax: 7 })
    expect(Object.isFrozen(limits)).toBe(true)
  })

  test('may be anything from the least to the most', () => {
    for (const name of names) {
      const { min, max } = NODE_LIMITS[name]
      expect(resolveNodeLimits(withPartner(name, min))[name]).toBe(min)
      expect(resolveNodeLimits(withPartner(name, max))[name]).toBe(max)
    }
  })
})

describe('a wrong limit', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10_001])('%d is told with its range', (value) => {
    expect(() => resolveNodeLimits({ connectionsMax: value })).toThrow(
      new TypeError(`connectionsMax must be a whole number from 1 to 10000 (count), not ${value}`)
    )
  })

  test.each(['40', null, [40]])('%j, which is no number, is told, too', (value) => {
    const overrides = JSON.parse(JSON.stringify({ connectionsMax: value }))
    expect(() => resolveNodeLimits(overrides)).toThrow(/connectionsMax must be a whole number from 1 to 10000/)
  })

  test('just outside its range fails for every limit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.boolean(), (name, isAbove) => {
        const value = isAbove ? NODE_LIMITS[name].max + 1 : NODE_LIMITS[name].min - 1
        expect(() => resolveNodeLimits({ [name]: value })).toThrow(TypeError)
      })
    )
  })

  test.each(['connectionMax', 'toString', '__proto__'])(
    'called %s, which does not exist, is told with the names',
    (name) => {
      const overrides = JSON.parse(`{ "${name}": 1 }`)
      expect(() => resolveNodeLimits(overrides)).toThrow(/No limit is called .*; there are .*connectionsMax/)
    }
  )

  test('is a least one above the most', () => {
    expect(() => resolveNodeLimits({ connectionsMin: 41 })).toThrow(
      new TypeError('connectionsMin (41) must not exceed connectionsMax (40); set both')
    )
    expect(() => resolveNodeLimits({ reconcilePauseMsMax: 29_999 })).toThrow(/reconcilePauseMsMin .* must not exceed/)
  })
})

describe('the registry', () => {
  test.each(names)('of %s has a default in its range and its unit in its name', (name) => {
    const { default: value, min, max, unit, atLimit } = NODE_LIMITS[name]
    expect([min, value, max].every(Number.isSafeInteger)).toBe(true)
    expect(min <= value && value <= max).toBe(true)
    expect(name).toMatch(UNIT_IN_NAME[unit])
    expect(atLimit).toMatch(/^[A-Z].*\.$/)
  })
})

/** Moves the other end along, where a limit is one end of a range. */
function withPartner(name: NodeLimitName, value: number): { [Name in NodeLimitName]?: number } {
  const ends = { connectionsMin: 'connectionsMax', reconcilePauseMsMin: 'reconcilePauseMsMax' } as const
  const pair = Object.entries(ends).find((each) => each.includes(name))
  return pair === undefined ? { [name]: value } : { [pair[0]]: value, [pair[1]]: value || 1, [name]: value }
}
