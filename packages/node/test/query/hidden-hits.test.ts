import { ManualClock, parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { parseQuery } from '../../src/query/query-language/parse-query.ts'
import { QueryService } from '../../src/query/query-service.ts'
import { Search } from '../../src/query/search.ts'
import { context, TestIndex } from '../indexing/index-database/index-fixtures.ts'
import { fakeRemote } from './fake-index-threads.ts'

test('what is no longer shown gives its place to the next hit, and the index is asked again only then', async () => {
  const { database, reader, text: texts, writer } = new TestIndex()
  const contexts = Array.from({ length: 6 }, (_, number) => context(`/c${number}`, `docking ${'x '.repeat(number)}`))
  writer.apply({ contexts, removed: [], position: 1 })
  const service = new QueryService({ database, reader, texts })
  const limits: number[] = []
  const rank = (asked: unknown) => {
    const limit = limitOf(asked)
    limits.push(limit)
    const request = { query: parseQuery('docking'), words: 'docking', filter: {}, mode: 'text', limit } as const
    return service.rank({ ...request, candidates: 50, diversity: 0 })
  }
  const hidden = new Set<string>()
  const search = new Search(
    {
      backend: async () => ({ queries: fakeRemote({ rank }) }),
      past: { use: () => Promise.reject(new TypeError('Nobody asks for the past')) },
      caughtUp: async () => {},
      holds: async () => {},
      state: () => ({ behind: 0, warnings: [] }),
      failed: () => false,
      isShown: (path) => !hidden.has(path),
      clock: new ManualClock()
    },
    { embedQuestionTimeoutMs: 1_000, rerankTextsMax: 2 }
  )
  const found = async () => (await search.search({ text: 'docking', limit: 2 })).hits.map(({ path }) => path)

  const all = await found()
  hidden.add(parsePath(all[0] ?? '/'))

  expect(limits).toEqual([2])
  expect(await found()).toEqual([all[1], '/c2'])
  expect(limits).toHaveLength(3)
})

function limitOf(asked: unknown): number {
  return typeof asked === 'object' && asked !== null && 'limit' in asked ? Number(asked.limit) : Number.NaN
}
