import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doConflict, formatPointer, parsePointer } from '../../src/content/json-pointer.ts'

describe('a JSON pointer', () => {
  test('escapes slashes and tildes as RFC 6901 does', () => {
    expect(formatPointer(['a/b', '~1', ''])).toBe('/a~1b/~01/')
  })

  test('gives the same keys when it is read again', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('', '~', '/', '~0', '~1', '~01', '__proto__'))
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        expect(parsePointer(formatPointer(keys))).toEqual(keys)
      })
    )
  })

  test.each(['a', 'a/b', '/~', '/~2', '/a~'])('is refused as %j, which nothing is written as', (pointer) => {
    expect(parsePointer(pointer)).toBeUndefined()
  })
})

describe('two pointers conflict', () => {
  test.each([
    [['a'], ['a'], true],
    [['a'], ['a', 'b'], true],
    [['a', 'b', 'c'], ['a'], true],
    [['a'], ['b'], false],
    [['a', 'b'], ['a', 'c'], false],
    [['a'], ['ab'], false]
  ])('%j and %j: %s', (left, right, expected) => {
    expect(doConflict(left, right)).toBe(expected)
  })
})
