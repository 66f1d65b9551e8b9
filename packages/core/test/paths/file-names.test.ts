import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePath, ROOT_PATH } from '../../src/paths/context-path.ts'
import { toFileName } from '../../src/paths/file-name.ts'
import { fromFileNames, toFileNames } from '../../src/paths/file-names.ts'
import { pathPairs, paths } from './path-arbitraries.ts'
import { ruleBroken } from './rule-broken.ts'

const hearts = '♥'.repeat(85)

test('a path has one file name for each segment', () => {
  expect(toFileNames(parsePath('/Projects/apollo/12:30'))).toEqual(['+projects', 'apollo', '12%3a30'])
  expect(toFileNames(ROOT_PATH)).toEqual([])
  expect(fromFileNames([])).toBe(ROOT_PATH)
})

test('a segment that does not fit into one file name goes on in nested folders', () => {
  const names = toFileNames(parsePath(`/a/${hearts}/b`))
  expect(names).toHaveLength(6)
  expect(names.map((name) => name.at(-1))).toEqual(['a', '+', '+', '+', '5', 'b'])
  expect(names.slice(2, 5).map((name) => name.at(0))).toEqual(['=', '=', '='])
  expect(fromFileNames(names)).toBe(`/a/${hearts}/b`)
})

test('a segment is never cut within a character', () => {
  for (const segment of ['語'.repeat(70) + '♥'.repeat(15), '♥'.repeat(9) + '🎉'.repeat(57)]) {
    const names = toFileNames(parsePath(`/${segment}`))
    expect(names.every((name) => name.isWellFormed() && Buffer.byteLength(name) <= 255)).toBe(true)
    expect(fromFileNames(names)).toBe(`/${segment}`)
  }
})

describe('the file names of a path', () => {
  test('give it back', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(fromFileNames(toFileNames(path))).toBe(path)
      }),
      { numRuns: 1_000 }
    )
  })

  test('all fit, and are those of the segments wherever these fit', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const names = toFileNames(path)
        expect(names.every((name) => name !== '' && Buffer.byteLength(name) <= 255)).toBe(true)
        const whole = path
          .split('/')
          .filter((segment) => segment !== '' && ruleBroken(() => toFileName(segment)) === undefined)
        expect(names.filter((name) => !name.endsWith('+') && !name.startsWith('='))).toEqual(whole.map(toFileName))
      })
    )
  })

  test('differ from those of every other path, even where case does not count', () => {
    fc.assert(
      fc.property(pathPairs, ([a, b]) => {
        const areEqual = toFileNames(a).join('/').toLowerCase() === toFileNames(b).join('/').toLowerCase()
        expect(areEqual).toBe(a === b)
      })
    )
  })
})

test.each([
  [['README.md']],
  [['a', 'B']],
  [['a+', '=b']],
  [['a+']],
  [['+']],
  [['=b']],
  [['a', '=b']],
  [[`${'a'.repeat(253)}%+`]],
  [[`${'a'.repeat(254)}+`, '=b']]
])('%j, which no path has, is refused', (names) => {
  expect(ruleBroken(() => fromFileNames(names))).toBe('file-name')
})
