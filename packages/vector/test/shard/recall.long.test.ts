import { expect, test } from 'vitest'
import type { VectorFamily } from '../random-vectors.ts'
import { recallOf } from '../recall.ts'
import { buildShard } from './built-shard.ts'

const COUNT = 100_000
const TIME_MAX_MS = 600_000

test.each<VectorFamily>([
  { shape: 'clustered', dimensions: 384, seed: 11 },
  { shape: 'spread', dimensions: 384, seed: 12 }
])('100,000 vectors %o: the graph finds what comparing all finds', { timeout: TIME_MAX_MS }, (family) => {
  const { shard, exact, vectors } = buildShard(family, COUNT)
  const queries = Array.from({ length: 200 }, () => vectors.one())

  expect(recallOf(shard, exact, { queries, k: 10 })).toBeGreaterThanOrEqual(0.95)
})
