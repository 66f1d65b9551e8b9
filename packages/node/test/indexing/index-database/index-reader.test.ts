import type { DeviceId } from '@hcfs/core'
import { isPathPrefix, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IndexedContext } from '../../../src/indexing/index-database/indexed-context.ts'
import type { SearchFilter } from '../../../src/indexing/index-database/search-filter.ts'
import { AUTHOR, context, TestIndex } from './index-fixtures.ts'

const OTHER = 'b2'.repeat(32) as DeviceId
const PATHS = ['/', '/a', '/a-b', '/a/b', '/a/b/c', '/é', '/b'].map((path) => parsePath(path))

/** What a filter means, one context at a time. */
function passes(row: IndexedContext, filter: SearchFilter): boolean {
  const { under, tags = [], fields = {}, kind, author, agent, updatedAfterMs, updatedBeforeMs } = filter
  if (under !== undefined && !isPathPrefix(parsePath(under), row.path)) return false
  if (!tags.every((tag) => row.tags.includes(tag))) return false
  if (kind !== undefined && row.kind !== kind) return false
  if (author !== undefined && row.author !== author) return false
  if (agent !== undefined && row.by?.agent !== agent) return false
  if (updatedAfterMs !== undefined && row.updatedAtMs < updatedAfterMs) return false
  if (updatedBeforeMs !== undefined && row.updatedAtMs >= updatedBeforeMs) return false
  return Object.entries(fields).every(
    ([pointer, value]) => JSON.stringify(row.fields[pointer]) === JSON.stringify(value)
  )
}

const names = fc.constantFrom('x', 'y', "o'z")
const values = fc.constantFrom<(string | number | boolean | null)[]>('x', 1, '1', true, null, 'long '.repeat(99))
const authors = fc.constantFrom(AUTHOR, OTHER)
const optional = { requiredKeys: [] }
const rows = fc.record(
  {
    kind: names,
    tags: fc.uniqueArray(names),
    author: authors,
    fields: fc.dictionary(fc.constantFrom('/s', '/t/u'), values),
    updatedAtMs: fc.nat(4),
    by: fc.record({ agent: names })
  },
  optional
)
const filters = fc.record(
  {
    ...{ under: fc.constantFrom(...PATHS), tags: fc.array(names, { maxLength: 2 }), kind: names, agent: names },
    ...{ author: authors, updatedAfterMs: fc.nat(4), updatedBeforeMs: fc.nat(4) },
    fields: fc.dictionary(fc.constantFrom('/s', '/t/u'), values, { maxKeys: 1 })
  },
  optional
)

describe('filters of the index', () => {
  it('let through what each of them means, in counts, labels and text search alike', () => {
    const property = fc.property(
      fc.tuple(...PATHS.map(() => rows)),
      fc.array(filters, { minLength: 5, maxLength: 5 }),
      (parts, asked) => {
        const index = new TestIndex()
        const contexts = PATHS.map((path, n) => context(path, ['word', `word ${n}`].slice(n % 2), parts[n]))
        index.put(...contexts)
        for (const filter of asked) {
          const expected = contexts
            .filter((row) => passes(row, filter))
            .flatMap(({ path, chunks }) => chunks.map(() => path))
          const query = { terms: [{ kind: 'word', text: 'word', isExcluded: false }], filter } as const

          expect(index.pathsOf(index.reader.labelsMatching(filter))).toEqual(expected)
          expect(index.reader.countMatching(filter)).toBe(expected.length)
          const found = index.text.search({ query, limit: 99 }).map(({ label }) => label)
          expect(index.pathsOf(found.sort((a, b) => a - b))).toEqual(expected)
        }
      }
    )
    fc.assert(property, { numRuns: 50 })
  })

  it('leave out labels that are gone', () => {
    const index = new TestIndex()
    index.put(context('/a', 'x'), context('/b', 'y'))
    index.remove('/a')

    expect(index.pathsOf([2, 1, 77])).toEqual(['/b'])
  })
})
