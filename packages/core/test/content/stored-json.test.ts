import type { JsonValue } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonValue } from '../../../../test/support/content-arbitraries.ts'
import { isStoredLeaf, leavesOf } from '../../src/content/stored-json.ts'

const { fieldsDepthMax } = FORMAT_LIMITS

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
  depth === 0 ? 1 : wrap(nested(depth - 1, wrap))

describe('the leaves of a value', () => {
  test('are its scalars, its lists as wholes, and its empty objects', () => {
    const value = { title: 'x', deep: { list: [1, { a: 2 }], none: {} } }
    expect(leavesOf(['top'], value)).toEqual([
      { keys: ['top', 'title'], value: 'x' },
      { keys: ['top', 'deep', 'list'], value: [1, { a: 2 }] },
      { keys: ['top', 'deep', 'none'], value: {} }
    ])
  })

  test('do not change when the caller changes its own objects', () => {
    const list = [{ a: 1 }]
    const [leaf] = leavesOf(['k'], list)
    list[0]!.a = 2
    list.push({ a: 3 })
    expect(leaf!.value).toEqual([{ a: 1 }])
    expect(Object.isFrozen(leaf!.value)).toBe(true)
  })

  test('have one spelling of zero', () => {
    expect(leavesOf(['k'], [-0])[0]!.value).toEqual([0])
    expect(leavesOf(['k'], -0)[0]!.value).toBe(0)
  })

  test('may be as deep as the limit and no deeper, in objects and in lists', () => {
    const inObject = (inner: unknown): unknown => ({ a: inner })
    const inList = (inner: unknown): unknown => [inner]
    for (const wrap of [inObject, inList]) {
      expect(() => leavesOf(['k'], nested(fieldsDepthMax - 1, wrap))).not.toThrow()
      expect(() => leavesOf(['k'], nested(fieldsDepthMax, wrap))).toThrow(`deeper than ${fieldsDepthMax} levels`)
    }
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['undefined in a list', [undefined]],
    ['a hole in a list', new Array(1)],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', 1n],
    ['a function', () => {}],
    ['a date', new Date(0)],
    ['a map', { a: new Map() }],
    ['half of a surrogate pair', '\ud800'],
    ['half of a surrogate pair in a key', { '\udc00': 1 }],
    ['NUL in a key', { 'a\u0000b': 1 }],
    ['NUL in a key inside a list', [{ 'a\u0000b': 1 }]],
    ['__proto__ as a key inside a list', [JSON.parse('{"__proto__": 1}')]]
  ])('of %s are refused', (_what, value) => {
    expect(() => leavesOf(['k'], value)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
  })

  test('need at least one key', () => {
    expect(() => leavesOf([], {})).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
  })

  test('of a value that refers to itself, or grows without end, are refused', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(() => leavesOf(['k'], cyclic)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
    const laughs = Array.from({ length: 8 }).reduce<unknown>((inner) => new Array(100).fill(inner), 'ha')
    expect(() => leavesOf(['k'], laughs)).toThrow(expect.objectContaining({ code: 'EDIT_TOO_LARGE' }))
  })

  test('say where the problem is', () => {
    expect(() => leavesOf(['a/b'], { c: { d: undefined } })).toThrow(
      expect.objectContaining({ details: { pointer: '/a~1b/c/d' } })
    )
  })
})

describe('a value from a document', () => {
  test('is accepted whenever a writer could have written it', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        for (const leaf of leavesOf(['k'], value))
          expect(isStoredLeaf(structuredClone(leaf.value), leaf.keys.length)).toBe(true)
      })
    )
  })

  test.each<[string, unknown]>([
    ['an object that was not split', { a: 1 }],
    ['undefined', undefined],
    ['bytes', new Uint8Array(1)],
    ['bytes in a list', [new Uint8Array(1)]],
    ['a bigint in a list', [1n]],
    ['negative zero', -0],
    ['half of a surrogate pair', ['\ud800']],
    ['an object whose prototype a decoder was tricked into setting', [Object.create([])]],
    ['a list that is too deep', nested(fieldsDepthMax, (inner) => [inner])]
  ])('is refused if it is %s', (_what, value) => {
    expect(isStoredLeaf(value, 1)).toBe(false)
  })

  test('is frozen all the way down', () => {
    const value: JsonValue = [{ a: [1] }]
    expect(isStoredLeaf(value, 1)).toBe(true)
    expect(() => Reflect.set(value[0] as object, 'a', 2)).not.toThrow()
    expect(value).toEqual([{ a: [1] }])
  })
})
