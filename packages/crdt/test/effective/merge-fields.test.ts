import type { JsonObject } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { effectiveContent } from '../../src/effective/effective-content.ts'
import { levels } from './levels.ts'

const fieldsOf = (...fields: readonly JsonObject[]): ReturnType<typeof levels> =>
  levels(...fields.map((each) => ({ fields: each })))

describe('a field without a rule', () => {
  test('is inherited, and overridden by what is nearer', () => {
    const { fields, given } = effectiveContent(fieldsOf({ a: 1, b: 1 }, { b: 2 }, { c: 3 }))
    expect(fields).toEqual({ a: 1, b: 2, c: 3 })
    expect(given.get('/a')).toMatchObject({ from: [0], shadowed: [], rule: 'override' })
    expect(given.get('/b')).toMatchObject({ from: [1], shadowed: [0], rule: 'override' })
  })

  test('is overridden as a whole when it is an object', () => {
    expect(effectiveContent(fieldsOf({ style: { indent: 2, width: 100 } }, { style: { indent: 4 } })).fields).toEqual({
      style: { indent: 4 }
    })
  })

  test('may have the name of something that every object has', () => {
    const own = JSON.parse('{"__proto__":{"a":1}}')
    const { fields } = effectiveContent(fieldsOf(own, { toString: 'x' }, {}))
    expect(Object.entries(fields)).toEqual([
      ['__proto__', { a: 1 }],
      ['toString', 'x']
    ])
  })
})

/** What stands above, what the context has, and what comes out. */
const TABLE = [
  { rule: 'override', above: 1, own: 2, result: 2 },
  { rule: 'append', above: [1], own: [1, 2], result: [1, 1, 2] },
  { rule: 'append', above: 'a', own: 'b', result: 'a\nb' },
  { rule: 'union', above: [1, { x: 1 }], own: [{ x: 1 }, 2], result: [1, { x: 1 }, 2] },
  { rule: 'merge', above: { a: { b: 1, c: 1 } }, own: { a: { c: 2 } }, result: { a: { b: 1, c: 2 } } },
  { rule: 'merge', above: { a: [1] }, own: { a: [2] }, result: { a: [2] } },
  { rule: 'deny', above: 1, own: 2, result: 1 },
  { rule: 'lock', above: 1, own: 2, result: 1 },
  { rule: 'own', above: 1, own: 2, result: 2 }
]

describe('the truth table', () => {
  test.each(TABLE)('$rule of $above and $own gives $result', ({ rule, above, own, result }) => {
    const chain = levels({ fields: { key: above }, rules: { '/key': rule } }, { fields: { key: own } })
    expect(effectiveContent(chain).fields['key']).toEqual(result)
  })

  test.each(['override', 'append', 'merge', 'union', 'deny', 'lock'])(
    '%s inherits where a context has nothing',
    (rule) => {
      const chain = levels({ fields: { key: 1 }, rules: { '/key': rule } }, {})
      expect(effectiveContent(chain).fields).toEqual({ key: 1 })
    }
  )

  test('own inherits nothing', () => {
    expect(effectiveContent(levels({ fields: { key: 1 }, rules: { '/key': 'own' } }, {})).fields).toEqual({})
  })

  test('deny lets nobody below set it, lock lets the first one', () => {
    const denied = effectiveContent(levels({ rules: { '/key': 'deny' } }, { fields: { key: 1 } }))
    expect(denied.fields).toEqual({})
    expect(denied.violations).toEqual([{ key: '/key', level: 1, rule: 'deny', ruleFrom: 0, kind: 'denied' }])
    const locked = effectiveContent(levels({ rules: { '/key': 'lock' } }, { fields: { key: 1 } }))
    expect([locked.fields, locked.violations]).toEqual([{ key: 1 }, []])
  })

  test.each([
    { rule: 'append', above: [1], own: 'x' },
    { rule: 'union', above: 'x', own: 'y' },
    { rule: 'merge', above: { a: 1 }, own: 1 }
  ])('$rule that does not fit lets the nearer value count, and says so', ({ rule, above, own }) => {
    const chain = levels({ fields: { key: above }, rules: { '/key': rule } }, { fields: { key: own } })
    const { fields, violations } = effectiveContent(chain)
    expect(fields).toEqual({ key: own })
    expect(violations).toEqual([{ key: '/key', level: 1, rule, ruleFrom: 0, kind: 'does-not-fit' }])
  })
})

describe('which rule holds', () => {
  test('a combining rule holds for the context that declares it too', () => {
    const chain = levels({ fields: { tools: [1] } }, { fields: { tools: [2] }, rules: { '/tools': 'append' } })
    expect(effectiveContent(chain).fields).toEqual({ tools: [1, 2] })
  })

  test('a restricting rule leaves the context that declares it alone', () => {
    const chain = levels({ fields: { owner: 'ada' } }, { fields: { owner: 'bob' }, rules: { '/owner': 'lock' } })
    expect(effectiveContent(chain).fields).toEqual({ owner: 'bob' })
  })

  test('the more specific one, wherever it stands, and the nearer of two alike', () => {
    const chain = levels(
      { fields: { a: [1], b: [1] }, rules: { '/a': 'append', '/*': 'override' } },
      { fields: { a: [2], b: [2] }, rules: { '/*': 'append' } }
    )
    expect(effectiveContent(chain).fields).toEqual({ a: [1, 2], b: [1, 2] })
  })

  test('a rule inside of an object that is overridden still holds', () => {
    const chain = levels(
      { fields: { style: { indent: 2, width: 100 } }, rules: { '/style/indent': 'lock' } },
      { fields: { style: { indent: 4, quotes: 'single' } } }
    )
    expect(effectiveContent(chain).fields).toEqual({ style: { indent: 2, quotes: 'single' } })
  })

  test('a key that is own inside of a merged object is not inherited', () => {
    const chain = levels(
      { fields: { task: { status: 'open', team: 'a' } }, rules: { '/task': 'merge', '/task/status': 'own' } },
      {}
    )
    expect(effectiveContent(chain).fields).toEqual({ task: { team: 'a' } })
  })
})

describe('rules that contradict each other', () => {
  const conflict = (
    [path, pattern]: readonly [string, string],
    [otherPath, otherPattern]: readonly [string, string]
  ) => ({
    code: 'RULES_CONFLICT',
    details: { path, pattern, otherPath, otherPattern }
  })

  test('two of one context that are equally specific', () => {
    const chain = levels({ rules: { '/a/*': 'append', '/*/b': 'override' } })
    expect(() => effectiveContent(chain)).toThrow(expect.objectContaining(conflict(['/', '/a/*'], ['/', '/*/b'])))
  })

  test.each(['/owner', '/owner/name'])('a rule for %s below a lock of the whole', (pattern) => {
    const chain = levels({ rules: { '/owner': 'lock' } }, { rules: { [pattern]: 'override' } })
    expect(() => effectiveContent(chain)).toThrow(expect.objectContaining(conflict(['/', '/owner'], ['/1', pattern])))
  })

  test('not a rule that is less specific than what restricts', () => {
    const chain = levels(
      { fields: { owner: 'ada' }, rules: { '/owner': 'lock' } },
      { fields: { owner: 'bob' }, rules: { '/*': 'append' } }
    )
    expect(effectiveContent(chain).fields).toEqual({ owner: 'ada' })
  })
})

test.each([
  ['no pattern', { style: 'merge' }],
  ['no rule', { '/style': 'mix' }],
  ['a rule that this part cannot have', { tags: 'merge' }],
  ['no object', 'merge']
])('%s is refused, naming the context', (_name, rules) => {
  const [level] = levels({})
  const chain = [{ path: level!.path, content: { ...level!.content, meta: { inherit: rules } } }]
  expect(() => effectiveContent(chain)).toThrow(
    expect.objectContaining({ code: 'RULES_INVALID', details: expect.objectContaining({ path: '/' }) })
  )
})
