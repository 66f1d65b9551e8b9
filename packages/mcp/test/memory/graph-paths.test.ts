import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENTITIES_ROOT, entityPath, relationPath } from '../../src/memory/graph-paths.ts'

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', '.', '..', 'a/b', 'a~b', ' ', 'e\u0301', '\u00e9')
)

test('every name has a path of its own right below the entities', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(entityPath(one) === entityPath(other)).toBe(one === other)
      expect(entityPath(one).slice(0, ENTITIES_ROOT.length + 1)).toBe(`${ENTITIES_ROOT}/`)
      expect(entityPath(one).slice(ENTITIES_ROOT.length + 1)).not.toContain('/')
    })
  )
})

test('a plain name stands in its path as it is', () => {
  expect(entityPath('Ada Lovelace')).toBe('/memory/entities/Ada Lovelace')
})

test('relations that differ in any part have different paths', () => {
  const paths = [
    relationPath({ from: 'a', to: 'b', relationType: 'knows' }),
    relationPath({ from: 'b', to: 'a', relationType: 'knows' }),
    relationPath({ from: 'a', to: 'b', relationType: 'knows ' }),
    relationPath({ from: 'a","b', to: '', relationType: 'knows' })
  ]

  expect(new Set(paths).size).toBe(paths.length)
})
