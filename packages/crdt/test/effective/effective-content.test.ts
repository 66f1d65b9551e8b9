import type { JsonObject, JsonValue } from '@hcfs/core'
import { parsePointer } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContentLevel } from '../../src/effective/effective-content.ts'
import { effectiveContent } from '../../src/effective/effective-content.ts'
import type { LevelParts } from './levels.ts'
import { levels } from './levels.ts'

describe('tags', () => {
  test('are the own ones without a rule', () => {
    expect(effectiveContent(levels({ tags: ['a'] }, {})).tags).toEqual([])
  })

  test('are joined by union, sorted', () => {
    const { tags, given } = effectiveContent(levels({ tags: ['b'], rules: { tags: 'union' } }, { tags: ['a', 'b'] }))
    expect(tags).toEqual(['a', 'b'])
    expect(given.get('tags')).toMatchObject({ from: [0, 1] })
  })
})

const KEYS = ['a', 'b', 'c']
const RULES = ['override', 'append', 'union', 'merge', 'deny', 'lock', 'own'] as const

const leaf = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom('x', 'y'),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 })
)
const value: fc.Arbitrary<JsonValue> = fc.oneof(leaf, fc.dictionary(fc.constantFrom('p', 'q'), leaf))
const fields = fc.dictionary(fc.constantFrom(...KEYS), value)
const anyLevel: fc.Arbitrary<LevelParts> = fc.record(
  {
    fields,
    rules: fc.dictionary(fc.constantFrom('/a', '/b', '/c', '/*', '/a/p', '/*/q', '/b/*'), fc.constantFrom(...RULES))
  },
  { requiredKeys: ['fields'] }
)

/** All that is said of a chain without looking at how it is folded. */
function attempt(chain: readonly ContentLevel[]): ReturnType<typeof effectiveContent> | undefined {
  try {
    return effectiveContent(chain)
  } catch (error) {
    expect(error).toMatchObject({ code: 'RULES_CONFLICT' })
    return undefined
  }
}

function valueAt(object: JsonValue | undefined, keys: readonly string[]): JsonValue | undefined {
  return keys.reduce<JsonValue | undefined>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as JsonObject)[key] : undefined,
    object
  )
}

/*
 * Goal: blame never lies. Every value stands where it is said to, and came from contexts that have
 * something there; nobody is both its giver and replaced.
 */
test('every value is blamed on contexts that have it', () => {
  fc.assert(
    fc.property(fc.array(anyLevel, { minLength: 1, maxLength: 5 }), (parts) => {
      const chain = levels(...parts)
      const merged = attempt(chain)
      if (merged === undefined) return
      for (const [key, { value: given, from, shadowed }] of merged.given) {
        const keys = parsePointer(key) ?? []
        expect(valueAt(merged.fields, keys)).toEqual(given)
        expect(from.length).toBeGreaterThan(0)
        expect(from).toEqual([...from].sort())
        for (const level of from) expect(valueAt(chain[level]?.content.fields, keys)).not.toBeUndefined()
        expect(shadowed.filter((level) => from.includes(level))).toEqual([])
      }
    }),
    { numRuns: 1_000 }
  )
})

/*
 * Goal: rules for top-level keys do what the truth table says.
 * Method: a plain model that looks at one key at a time, from the nearest context upwards, instead
 * of folding from the top.
 */
test('a chain with rules for whole keys gives what a plain model gives', () => {
  const level = fc.record(
    { fields, rules: fc.dictionary(fc.constantFrom('/a', '/b', '/c'), fc.constantFrom(...RULES)) },
    { requiredKeys: ['fields'] }
  )
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), (parts) => {
      const merged = attempt(levels(...parts))
      if (merged === undefined) return
      for (const key of KEYS) expect(merged.fields[key]).toEqual(modelOf(parts, key, parts.length - 1))
    }),
    { numRuns: 2_000 }
  )
})

function modelOf(parts: readonly LevelParts[], key: string, level: number): JsonValue | undefined {
  if (level < 0) return undefined
  const own = parts[level]?.fields?.[key]
  const above = modelOf(parts, key, level - 1)
  const rulesOf = (from: number): JsonValue | undefined => parts[from]?.rules?.[`/${key}`]
  const restricting = parts.findIndex((_, index) => index < level && ['deny', 'lock'].includes(String(rulesOf(index))))
  if (restricting !== -1) {
    const isSetAbove = modelOf(parts, key, restricting) !== undefined
    if (rulesOf(restricting) === 'deny' || isSetAbove) return above
  }
  const rule = parts
    .slice(0, level + 1)
    .map((_, index) => rulesOf(index))
    .filter((each) => each !== undefined && each !== 'deny' && each !== 'lock')
    .at(-1)
  if (rule === 'own') return own
  if (own === undefined || above === undefined) return own ?? above
  if (Array.isArray(own) && Array.isArray(above)) {
    if (rule === 'append') return [...above, ...own]
    if (rule === 'union') return [...new Set([...above, ...own])]
  }
  if (rule === 'append' && typeof own === 'string' && typeof above === 'string') return `${above}\n${own}`
  const isMerged = rule === 'merge' && typeof own === 'object' && typeof above === 'object'
  return isMerged && !Array.isArray(own) && !Array.isArray(above) ? { ...above, ...own } : own
}

test('a chain of 32 contexts with many rules is folded', () => {
  const rules = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`/k${index}/*`, 'merge']))
  const chain = levels(
    ...Array.from({ length: 32 }, (_, level) => ({ fields: { [`k${level}`]: { a: level } }, rules }))
  )
  expect(Object.keys(effectiveContent(chain).fields)).toHaveLength(32)
})
