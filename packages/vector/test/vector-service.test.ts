import { expect, onTestFinished, test } from 'vitest'
import { createVectorService } from '../src/vector-service.ts'
import { labelsFrom, RandomVectors } from './random-vectors.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const MODEL = { id: 'test-model', digest: 'abc' }
const OPEN = { shard: 'notes', model: MODEL, dimensions: 16, graphCountMin: 50 }
const vectors = new RandomVectors({ shape: 'noise', dimensions: 16, seed: 1 })

async function newService() {
  const service = await createVectorService()
  onTestFinished(() => service.close())
  return service
}

test('what goes in and comes out can be sent between threads', async () => {
  const service = await newService()
  service.open(structuredClone(OPEN))
  const rows = vectors.rows(100)
  service.add(structuredClone({ shard: 'notes', labels: labelsFrom(0, 100), vectors: rows }))
  while (service.step({ shard: 'notes', insertsMax: 30 }) > 0);
  expect(service.remove(structuredClone({ shard: 'notes', labels: labelsFrom(99, 5) }))).toBe(1)

  const request = { shard: 'notes', query: rows.slice(0, 16), k: 3, allowed: labelsFrom(0, 40), ef: 20 }
  const hits = structuredClone(service.search(structuredClone(request)))
  expect(hits.labels[0]).toBe(0)
  expect(hits.scores.length).toBe(3)
  expect(structuredClone(service.stats({ shard: 'notes' }))).toMatchObject({ kind: 'graph', count: 99 })
})

test('shards do not see each other', async () => {
  const service = await newService()
  for (const shard of ['notes', 'code']) service.open({ ...OPEN, shard })
  service.add({ shard: 'notes', labels: labelsFrom(0, 1), vectors: vectors.one() })

  expect(service.stats({ shard: 'notes' }).count).toBe(1)
  expect(service.stats({ shard: 'code' }).count).toBe(0)
})

test('a shard is saved and comes back with its frontier in another service', async () => {
  const directory = temporaryDirectory()
  const [first, second] = [await newService(), await newService()]
  first.open(OPEN)
  first.add({ shard: 'notes', labels: labelsFrom(0, 60), vectors: vectors.rows(60) })
  first.save({ shard: 'notes', directory, frontier: 7 })
  second.open(OPEN)

  expect(second.load({ shard: 'notes', directory })).toBe(7)
  const search = { shard: 'notes', query: vectors.one(), k: 60 }
  expect(second.search(search)).toEqual(first.search(search))
})

test('a shard that is not open is a mistake of the program, also after it was closed', async () => {
  const service = await newService()
  expect(() => service.stats({ shard: 'notes' })).toThrow(TypeError)
  service.open(OPEN)
  service.closeShard({ shard: 'notes' })
  service.closeShard({ shard: 'notes' })

  expect(() => service.stats({ shard: 'notes' })).toThrow(TypeError)
})
