import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IndexedContext } from '../../src/indexing/index-database/indexed-context.ts'
import { parseQuery } from '../../src/query/query-language/parse-query.ts'
import type { RankRequest } from '../../src/query/query-service.ts'
import { QueryService } from '../../src/query/query-service.ts'
import { context, TestIndex } from '../indexing/index-database/index-fixtures.ts'

interface Asked {
  readonly rank: (text: string, request?: Partial<RankRequest>) => ReturnType<QueryService['rank']>
  readonly paths: (text: string, request?: Partial<RankRequest>) => string[]
}

/** Labels count chunks from 1 on, in the order of the contexts. */
function asking(...contexts: readonly IndexedContext[]): Asked {
  const { database, reader, text: texts, ...index } = new TestIndex()
  index.writer.apply({ contexts, removed: [], position: 1 })
  const service = new QueryService({ database, reader, texts })
  const defaults = { filter: {}, mode: 'hybrid', limit: 10, candidates: 50, diversity: 0 } as const
  const rank: Asked['rank'] = (text, request) =>
    service.rank({ query: parseQuery(text), words: text, ...defaults, ...request })
  return { rank, paths: (text, request) => rank(text, request).map(({ path }) => path) }
}

const vectors = (found: Readonly<Record<number, number>>, weight = 1): Pick<RankRequest, 'vectors'> => ({
  vectors: {
    labels: Uint32Array.from(Object.keys(found), Number),
    scores: Float32Array.from(Object.values(found)),
    weight,
    unrelatedCosine: 0.1
  }
})

describe('a ranking', () => {
  test('joins what words and vectors found', () => {
    const { paths } = asking(context('/a', 'docking window'), context('/b', 'a port in space'), context('/c', 'bread'))

    expect(paths('docking', vectors({ 2: 0.8 }, 0.5))).toEqual(['/a', '/b'])
    expect(paths('docking', { mode: 'vector', ...vectors({ 2: 0.8 }) })).toEqual(['/b'])
  })

  test('leaves out what is no nearer than unrelated texts, and labels that are gone', () => {
    const { paths } = asking(context('/a', 'one'), context('/b', 'two'))

    expect(paths('three', vectors({ 1: 0.5, 2: 0.05, 99: 0.4 }))).toEqual(['/a'])
  })

  test('puts a title that holds the words before a text that does', () => {
    const text = 'docking port and more of it'
    const { rank, paths } = asking(context('/a', text), context('/b', text, { title: 'Docking port' }))

    expect(paths('docking port')).toEqual(['/b', '/a'])
    expect(rank('docking port')[0]?.parts.boosts).toMatchObject({ title: expect.any(Number) })
  })

  test('shows one hit for a context, by its best chunk', () => {
    const { rank } = asking(context('/a', ['bread and butter', 'docking docking window']))

    expect(rank('docking window')).toMatchObject([{ path: '/a', chunk: { start: 1_000 }, confidence: 1 }])
  })

  test('gives filters alone the newest first', () => {
    const { paths } = asking(
      context('/old', 'x', { kind: 'note', updatedAtMs: 1 }),
      context('/new', 'x', { kind: 'note', updatedAtMs: 2 })
    )

    expect(paths('kind:note', { words: '' })).toEqual(['/new', '/old'])
  })

  test('finds what only its title lifts among the first', () => {
    const { paths } = asking(
      ...['a', 'b', 'c'].map((name) => context(`/${name}`, `ship ${name}`)),
      context('/titled', 'ship in the port of call', { title: 'Ship' })
    )
    const nearly = vectors({ 1: 0.6, 2: 0.59, 3: 0.58, 4: 0.59 })

    expect(paths('ship', { mode: 'vector', limit: 1, ...nearly })).toEqual(['/titled'])
  })

  test('is the same however few hits are asked for: looking at fewer chunks loses none', () => {
    const words = fc.array(fc.constantFrom('dock', 'port', 'ship', 'crew'), { minLength: 1, maxLength: 5 })
    const title = fc.option(words, { nil: undefined })
    fc.assert(
      fc.property(fc.array(fc.tuple(words, title), { minLength: 1, maxLength: 8 }), fc.nat(8), (drafts, limit) => {
        const contexts = drafts.map(([body, named], number) =>
          context(`/c${number}`, body.join(' '), named === undefined ? {} : { title: named.join(' ') })
        )
        const { paths } = asking(...contexts)
        expect(paths('dock ship', { limit: limit + 1 })).toEqual(paths('dock ship', { limit: 50 }).slice(0, limit + 1))
      }),
      { numRuns: 25 }
    )
  })
})
