import { SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { VectorFamily } from '../random-vectors.ts'
import { labelsFrom } from '../random-vectors.ts'
import { recallOf } from '../recall.ts'
import { buildShard, finish } from './built-shard.ts'

const RECALL_MIN = 0.95
const QUERY_COUNT = 100
const FILTERED = { shape: 'spread', dimensions: 32, seed: 5 } as const

/** Built once, for the tests that only search. Not rounded: at the far end scores stand closer than int8 can tell. */
const filtered = once(() => buildShard(FILTERED, 8_000, { precision: 'float32' }))

test.each<[count: number, VectorFamily]>([
  [1_000, { shape: 'clustered', dimensions: 384, seed: 1 }],
  [1_000, { shape: 'spread', dimensions: 768, seed: 2 }],
  [10_000, { shape: 'clustered', dimensions: 128, seed: 3 }],
  [10_000, { shape: 'spread', dimensions: 128, seed: 4 }]
])('%i vectors %o: the graph finds what comparing all finds', (count, family) => {
  const { shard, exact, vectors } = buildShard(family, count, { graphCountMin: 1_000 })
  const queries = Array.from({ length: QUERY_COUNT }, () => vectors.one())

  expect(shard.stats()).toMatchObject({ kind: 'graph', graphReady: true })
  expect(recallOf(shard, exact, { queries, k: 10 })).toBeGreaterThanOrEqual(RECALL_MIN)
})

test.each([
  [0.5, 10],
  [0.1, 10],
  [0.01, 10],
  [0.001, 10],
  [0.3, 50]
])('with a filter that keeps %d of the vectors the best %i are found as well', (share, k) => {
  const { shard, exact, vectors } = filtered()
  const queries = Array.from({ length: QUERY_COUNT }, () => vectors.one())
  const random = new SeededRandom(6)
  const allowed = labelsFrom(0, shard.size).filter(() => random.below(10_000) < share * 10_000)

  expect(recallOf(shard, exact, { queries, k, options: { allowed } })).toBeGreaterThanOrEqual(RECALL_MIN)
})

test('also when all that is allowed lies far from the query', () => {
  const { shard, exact, vectors } = filtered()
  const queries = Array.from({ length: 10 }, () => vectors.one())

  for (const query of queries) {
    const allowed = exact
      .search(query, shard.size)
      .labels.slice(shard.size / 2)
      .sort()
    expect(recallOf(shard, exact, { queries: [query], k: 10, options: { allowed } })).toBeGreaterThanOrEqual(RECALL_MIN)
  }
})

test('after every third vector was removed and as many replaced as well, before and after the rebuild', () => {
  const count = 6_000
  const { shard, exact, vectors } = buildShard({ shape: 'clustered', dimensions: 64, seed: 8 }, count, {
    graphCountMin: 1_000
  })
  const queries = Array.from({ length: QUERY_COUNT }, () => vectors.one())
  const removed = labelsFrom(0, count).filter((label) => label % 3 === 0)
  const replaced = labelsFrom(0, count).filter((label) => label % 3 === 1)
  const rows = vectors.rows(replaced.length)
  for (const index of [shard, exact]) {
    index.remove(removed)
    index.add(replaced, rows)
  }

  expect(shard.stats().deletedShare).toBeGreaterThan(0.6)
  expect(recallOf(shard, exact, { queries, k: 10 })).toBeGreaterThanOrEqual(RECALL_MIN)
  finish(shard)
  expect(shard.stats()).toMatchObject({ kind: 'graph', count: exact.size, deletedShare: 0, graphReady: true })
  expect(recallOf(shard, exact, { queries, k: 10 })).toBeGreaterThanOrEqual(RECALL_MIN)
})

test('vectors without any structure need a wider search, and then are found too', () => {
  const { shard, exact, vectors } = buildShard({ shape: 'noise', dimensions: 128, seed: 9 }, 6_000)
  const queries = Array.from({ length: QUERY_COUNT }, () => vectors.one())

  const wide = recallOf(shard, exact, { queries, k: 10, options: { ef: 600 } })
  expect(wide).toBeGreaterThanOrEqual(RECALL_MIN)
  expect(recallOf(shard, exact, { queries, k: 10 })).toBeLessThan(wide)
})

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
