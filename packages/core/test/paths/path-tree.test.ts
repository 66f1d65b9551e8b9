import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePath, ROOT_PATH } from '../../src/paths/context-path.ts'
import { ancestorPaths, isPathPrefix, joinPath, parentPath, pathSegments } from '../../src/paths/path-tree.ts'
import { pathPairs, paths, segments } from './path-arbitraries.ts'
import { ruleBroken } from './rule-broken.ts'

const path = parsePath('/projects/apollo/tasks')

describe('joining', () => {
  test('puts segments below a path, and below the root', () => {
    expect(joinPath(path, '42', 'notes')).toBe('/projects/apollo/tasks/42/notes')
    expect(joinPath(ROOT_PATH, 'a')).toBe('/a')
    expect(joinPath(path)).toBe(path)
  })

  test('brings a segment into NFC', () => {
    expect(joinPath(ROOT_PATH, 'e\u0301')).toBe('/\u00e9')
  })

  test.each([
    ['a/b', 'slash-in-segment'],
    ['/', 'slash-in-segment'],
    ['', 'empty-segment'],
    ['..', 'dot-segment'],
    ['a\u0000', 'control-character'],
    ['x'.repeat(256), 'segment-bytes']
  ])('refuses %j as a segment, wherever it stands', (segment, rule) => {
    expect(ruleBroken(() => joinPath(path, segment))).toBe(rule)
    expect(ruleBroken(() => joinPath(ROOT_PATH, segment, 'z'))).toBe(rule)
    expect(ruleBroken(() => joinPath(ROOT_PATH, 'z', segment))).toBe(rule)
  })

  test('refuses what would become too deep', () => {
    expect(ruleBroken(() => joinPath(parsePath('/x'.repeat(31)), 'a', 'b'))).toBe('path-segments')
  })

  test('undoes taking apart', () => {
    fc.assert(
      fc.property(paths, (any) => {
        expect(joinPath(ROOT_PATH, ...pathSegments(any))).toBe(any)
      })
    )
  })
})

describe('the parent', () => {
  test('is one segment up, and the root has none', () => {
    expect(parentPath(path)).toBe('/projects/apollo')
    expect(parentPath(parsePath('/a'))).toBe('/')
    expect(parentPath(ROOT_PATH)).toBeUndefined()
  })

  test('of a joined segment is what it was joined to', () => {
    fc.assert(
      fc.property(paths, segments, (base, segment) => {
        fc.pre(Buffer.byteLength(base + segment) < 1_023)
        expect(parentPath(joinPath(base, segment))).toBe(base)
      })
    )
  })
})

test('ancestors come from the root down, without the path itself', () => {
  expect(ancestorPaths(path)).toEqual(['/', '/projects', '/projects/apollo'])
  expect(ancestorPaths(parsePath('/a'))).toEqual(['/'])
  expect(ancestorPaths(ROOT_PATH)).toEqual([])
})

test('ancestors are the parents, one after another', () => {
  fc.assert(
    fc.property(paths, (any) => {
      const up: string[] = []
      for (let parent = parentPath(any); parent !== undefined; parent = parentPath(parent)) up.unshift(parent)
      expect(ancestorPaths(any)).toEqual(up)
    })
  )
})

test('the root has no segments', () => {
  expect(pathSegments(ROOT_PATH)).toEqual([])
  expect(pathSegments(path)).toEqual(['projects', 'apollo', 'tasks'])
})

describe('a prefix', () => {
  test.each([
    ['/', '/', true],
    ['/', '/a', true],
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a', '/a-b', false],
    ['/a/b', '/a', false],
    ['/a', '/', false],
    ['/a', '/b/a', false]
  ])('%s of %s: %j', (prefix, of, expected) => {
    expect(isPathPrefix(parsePath(prefix), parsePath(of))).toBe(expected)
  })

  test('is compared segment by segment', () => {
    fc.assert(
      fc.property(pathPairs, ([a, b]) => {
        const ofB = pathSegments(b)
        expect(isPathPrefix(a, b)).toBe(pathSegments(a).every((segment, index) => ofB[index] === segment))
      })
    )
  })
})
