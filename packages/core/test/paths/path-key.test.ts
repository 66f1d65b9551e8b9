import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContextPath } from '../../src/paths/context-path.ts'
import { parsePath, ROOT_PATH } from '../../src/paths/context-path.ts'
import { comparePaths, pathFromKey, pathKey, pathKeyRange } from '../../src/paths/path-key.ts'
import { isPathPrefix, pathSegments } from '../../src/paths/path-tree.ts'
import { pathPairs, paths } from './path-arbitraries.ts'
import { ruleBroken } from './rule-broken.ts'

test('a parent comes directly before what lies below it, and siblings do not come between', () => {
  const sorted = ['/', '/a', '/a/b', '/a/b/c', '/a/c', '/a b', '/a-b', '/a.b', '/a0', '/ab'].map(parsePath)
  expect(sorted.toReversed().sort(comparePaths)).toEqual(sorted)
  expect(sorted.toSorted()).not.toEqual(sorted)
})

test('characters beyond U+FFFF come last, as their UTF-8 does and their UTF-16 does not', () => {
  const sorted = ['/\ud7ff', '/\ue000', '/\uffff', '/\u{10000}', '/\u{10ffff}'].map(parsePath)
  expect(sorted.toReversed().sort(comparePaths)).toEqual(sorted)
  expect(sorted.toSorted()).not.toEqual(sorted)
})

describe('the order of paths', () => {
  test('is that of their segments, by UTF-8 bytes', () => {
    fc.assert(
      fc.property(pathPairs, ([a, b]) => {
        expect(Math.sign(comparePaths(a, b))).toBe(compareSegments(a, b))
      }),
      { numRuns: 2_000 }
    )
  })

  test('is that of their keys, byte by byte, as an ordered store compares them', () => {
    fc.assert(
      fc.property(pathPairs, ([a, b]) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(pathKey(a)), Buffer.from(pathKey(b))))
      }),
      { numRuns: 2_000 }
    )
  })

  test('stays that of their keys when a store ends each with U+0000 and appends something', () => {
    fc.assert(
      fc.property(pathPairs, fc.string(), fc.string(), ([a, b], endA, endB) => {
        fc.pre(a !== b)
        const keyA = Buffer.from(`${pathKey(a)}\u0000${endA}`)
        const keyB = Buffer.from(`${pathKey(b)}\u0000${endB}`)
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(keyA, keyB))
      })
    )
  })
})

describe('a key', () => {
  test('gives its path back', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(pathFromKey(pathKey(path))).toBe(path)
      })
    )
  })

  test.each([
    ['/a', 'path-key'],
    ['\u0001a/b', 'path-key'],
    ['a', 'leading-slash'],
    ['', 'leading-slash'],
    ['\u0001a\u0001', 'trailing-slash'],
    ['\u0001a\u0002', 'control-character'],
    ['\u0001e\u0301', 'not-canonical']
  ])('%j, which no path has, is refused', (key, rule) => {
    expect(ruleBroken(() => pathFromKey(key))).toBe(rule)
  })
})

describe('the key range of a prefix', () => {
  test('holds the prefix and what lies below it, and nothing else', () => {
    fc.assert(
      fc.property(pathPairs, ([prefix, path]) => {
        expect(isInRange(prefix, pathKey(path))).toBe(isPathPrefix(prefix, path))
      }),
      { numRuns: 2_000 }
    )
  })

  test('holds what a store appended, too', () => {
    fc.assert(
      fc.property(pathPairs, fc.string({ unit: 'binary' }), ([prefix, path], end) => {
        expect(isInRange(prefix, `${pathKey(path)}\u0000${end}`)).toBe(isPathPrefix(prefix, path))
      })
    )
  })

  test('of the root holds everything', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(isInRange(ROOT_PATH, pathKey(path))).toBe(true)
      })
    )
  })
})

function isInRange(prefix: ContextPath, key: string): boolean {
  const { gte, lt } = pathKeyRange(prefix)
  const bytes = Buffer.from(key)
  return Buffer.compare(bytes, Buffer.from(gte)) >= 0 && Buffer.compare(bytes, Buffer.from(lt)) < 0
}

function compareSegments(a: ContextPath, b: ContextPath): number {
  const ofA = pathSegments(a)
  const ofB = pathSegments(b)
  for (const [index, segment] of ofA.entries()) {
    const other = ofB[index]
    if (other === undefined) return 1
    const order = Buffer.compare(Buffer.from(segment), Buffer.from(other))
    if (order !== 0) return order
  }
  return ofA.length === ofB.length ? 0 : -1
}
