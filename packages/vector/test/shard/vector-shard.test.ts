import { expect, test } from 'vitest'
import { loadHnswLibrary } from '../../src/graph/hnsw-library.ts'
import { VectorShard } from '../../src/shard/vector-shard.ts'
import { labelsFrom, RandomVectors } from '../random-vectors.ts'
import { buildShard, finish } from './built-shard.ts'

const FAMILY = { shape: 'spread', dimensions: 16, seed: 1 } as const

test('few vectors have no graph, more get one, and few again lose it', () => {
  const { shard, vectors } = buildShard(FAMILY, 99, { graphCountMin: 100 })
  expect(shard.stats()).toMatchObject({ kind: 'exact', graphReady: true, pendingCount: 0 })

  shard.add(labelsFrom(99, 1), vectors.rows(1))
  expect(shard.stats()).toMatchObject({ kind: 'exact', graphReady: false, pendingCount: 100 })
  finish(shard)
  expect(shard.stats()).toMatchObject({ kind: 'graph', graphReady: true, pendingCount: 0 })

  shard.remove(labelsFrom(0, 51))
  finish(shard)
  expect(shard.stats()).toMatchObject({ kind: 'exact', count: 49, graphReady: true })
})

test('a step puts no more vectors into the graph than it was told', () => {
  const { shard, vectors } = buildShard(FAMILY, 100, { graphCountMin: 100 })
  shard.add(labelsFrom(100, 50), vectors.rows(50))

  expect([shard.step(20), shard.step(20), shard.step(20), shard.step(20)]).toEqual([30, 10, 0, 0])
})

test('what is not in the graph yet is found, and what was removed meanwhile is not', () => {
  const { shard, vectors } = buildShard(FAMILY, 200, { graphCountMin: 100, precision: 'float32' })
  const late = vectors.rows(2)
  shard.add(labelsFrom(1_000, 2), late)

  expect(shard.search(late.subarray(0, 16), 1).labels[0]).toBe(1_000)
  shard.remove(labelsFrom(1_000, 1))
  expect([...shard.search(late.subarray(0, 16), 201).labels]).not.toContain(1_000)
  expect(shard.search(late.subarray(16), 1).labels[0]).toBe(1_001)
  finish(shard)
  expect(shard.search(late.subarray(16), 1).labels[0]).toBe(1_001)
})

test('while a worn-out graph is built anew, the old one answers and nothing is lost', () => {
  const { shard, exact, vectors } = buildShard(FAMILY, 400, { graphCountMin: 100 })
  shard.remove(labelsFrom(0, 100))
  exact.remove(labelsFrom(0, 100))
  expect(shard.stats()).toMatchObject({ deletedShare: 0.25, graphReady: false })

  const late = new Map<number, Float32Array>()
  for (let label = 2_000; shard.step(25) > 0 || label < 2_010; label += 1) {
    const row = vectors.one()
    late.set(label, row)
    for (const index of [shard, exact]) index.add(labelsFrom(label, 1), row)
    for (const index of [shard, exact]) index.remove(labelsFrom(100 + 2 * (label - 2_000), 2))
    expect(shard.search(row, 1).labels[0]).toBe(label)
    const all = shard.search(row, 1_000).labels
    expect([...all].sort()).toEqual([...exact.search(row, 1_000).labels].sort())
  }
  expect(shard.stats()).toMatchObject({ count: exact.size, graphReady: true })
  expect(shard.stats().deletedShare).toBeLessThan(0.2)
  for (const [label, row] of late) expect(shard.search(row, 1).labels[0]).toBe(label)
})

test('replacing the same vectors for ever takes no more memory', () => {
  const { shard, vectors } = buildShard(FAMILY, 200, { graphCountMin: 100 })
  const before = shard.stats().memoryBytes
  for (let round = 0; round < 50; round += 1) {
    shard.add(labelsFrom(0, 200), vectors.rows(200))
    finish(shard)
  }

  expect(shard.stats().memoryBytes).toBeLessThan(before * 1.5)
})

test('without the native library everything is searched exactly, and it says so', () => {
  const vectors = new RandomVectors(FAMILY)
  const shard = new VectorShard({ library: undefined }, { dimensions: 16, graphCountMin: 1 })
  shard.add(labelsFrom(0, 100), vectors.rows(100))

  expect(shard.step(10)).toBe(0)
  expect(shard.stats()).toMatchObject({ kind: 'exact', graphReady: true, pendingCount: 0 })
  expect(shard.search(vectors.one(), 10).labels.length).toBe(10)
})

test('scores do not depend on whether a vector is in the graph', async () => {
  const vectors = new RandomVectors(FAMILY)
  const rows = vectors.rows(300)
  const shard = new VectorShard({ library: await loadHnswLibrary() }, { dimensions: 16, graphCountMin: 100 })
  shard.add(labelsFrom(0, 300), rows)
  const query = vectors.one()
  const before = shard.search(query, 300)
  finish(shard)

  expect(shard.search(query, 300)).toEqual(before)
})

test('what is removed during a rebuild is in neither graph afterwards', () => {
  const { shard, exact, vectors } = buildShard(FAMILY, 400, { graphCountMin: 100, precision: 'float32' })
  for (const index of [shard, exact]) index.remove(labelsFrom(0, 100))
  shard.step(150)
  for (const index of [shard, exact]) index.remove(labelsFrom(100, 50))
  for (const index of [shard, exact]) index.remove(labelsFrom(350, 50))
  finish(shard)

  const query = vectors.one()
  expect(shard.search(query, 100).labels).toEqual(exact.search(query, 100).labels)
})

test('a graph grows beyond what it was made for', () => {
  const { shard, vectors } = buildShard(FAMILY, 100, { graphCountMin: 100 })
  shard.add(labelsFrom(100, 2_000), vectors.rows(2_000))
  finish(shard)

  expect(shard.stats()).toMatchObject({ kind: 'graph', count: 2_100, graphReady: true })
})
