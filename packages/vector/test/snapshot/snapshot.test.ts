import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeCbor, sha256 } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VectorShard } from '../../src/shard/vector-shard.ts'
import { loadSnapshot } from '../../src/snapshot/load-snapshot.ts'
import { fileDisk } from '../../src/snapshot/snapshot-disk.ts'
import { labelsFrom, RandomVectors } from '../random-vectors.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { DyingDisk } from './failing-disk.ts'
import { emptyShard, load, MODEL, newShard, save } from './saved-shard.ts'

const DAMAGED = expect.objectContaining({ code: 'VECTOR_SNAPSHOT_DAMAGED' })
const STEPS_MAX = 40
const query = new RandomVectors({ shape: 'noise', dimensions: 8, seed: 99 }).one()

const everything = (shard: VectorShard) => shard.search(query, 1_000)

test.each(['int8', 'float32'] as const)(
  'what was saved with %s comes back whole, and goes on from there',
  (precision) => {
    const directory = temporaryDirectory()
    const saved = newShard(1, { precision })
    save(directory, saved, { frontier: 42 })
    const loaded = emptyShard({ precision })

    expect(load(directory, loaded)).toBe(42)
    expect(everything(loaded)).toEqual(everything(saved))
    expect(loaded.stats()).toMatchObject({ kind: 'graph', count: 115, pendingCount: 5, deletedShare: 10 / 120 })

    for (const shard of [saved, loaded]) {
      shard.remove(labelsFrom(20, 30))
      while (shard.step(10) > 0);
    }
    expect(loaded.stats()).toMatchObject({ graphReady: true, count: 85, deletedShare: 0 })
    expect(everything(loaded)).toEqual(everything(saved))
  }
)

test('a second snapshot takes the place of the first and leaves nothing of it', () => {
  const directory = temporaryDirectory()
  save(directory, newShard(1), { frontier: 1 })
  save(directory, newShard(2), { frontier: 2 })
  const loaded = emptyShard()

  expect(load(directory, loaded)).toBe(2)
  expect(everything(loaded)).toEqual(everything(newShard(2)))
  expect(readdirSync(directory).sort()).toEqual(['graph-2', 'rows-2', 'snapshot'])
})

test('where nothing was saved there is nothing to load', () => {
  expect(load(join(temporaryDirectory(), 'none'), emptyShard())).toBeUndefined()
})

test('an empty shard is saved and loaded like any other', () => {
  const directory = temporaryDirectory()
  save(directory, emptyShard(), { frontier: 0 })
  const loaded = newShard(1)

  expect(load(directory, loaded)).toBe(0)
  expect(loaded.size).toBe(0)
})

test('without the native library the vectors of a snapshot are searched exactly', () => {
  const directory = temporaryDirectory()
  const saved = newShard(1)
  save(directory, saved, { frontier: 1 })
  const loaded = new VectorShard({ library: undefined }, { dimensions: 8 })

  loadSnapshot({ disk: fileDisk, directory }, loaded, { model: MODEL, library: undefined })
  expect(loaded.stats()).toMatchObject({ kind: 'exact', count: 115 })
  expect(everything(loaded)).toEqual(everything(saved))
})

test.each([false, true])(
  'a process that dies anywhere while saving leaves the old or the new one (torn: %s)',
  (isTorn) => {
    const [older, newer] = [newShard(1), newShard(2)]
    const frontiers = new Set<number | undefined>()
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const directory = temporaryDirectory()
      save(directory, older, { frontier: 1 })
      const disk = new DyingDisk(steps, { isTorn })
      const isDead = hasThrown(() => save(directory, newer, { frontier: 2, disk }))

      const loaded = emptyShard()
      const frontier = load(directory, loaded)
      frontiers.add(frontier)
      expect(everything(loaded)).toEqual(everything(frontier === 1 ? older : newer))
      save(directory, newer, { frontier: 3 })
      expect(readdirSync(directory).filter((name) => name !== 'snapshot.new').length).toBe(3)
      expect(load(directory, emptyShard())).toBe(3)
      if (!isDead) break
    }
    expect(frontiers).toEqual(new Set([1, 2]))
  }
)

test('any changed byte and any missing end is noticed, and the shard stays as it was', () => {
  const directory = temporaryDirectory()
  save(directory, newShard(1), { frontier: 1 })
  const shard = newShard(3)
  const before = everything(shard)
  fc.assert(
    fc.property(fc.constantFrom('snapshot', 'rows-1', 'graph-1'), fc.nat(), fc.boolean(), (name, place, isCut) => {
      const file = join(directory, name)
      const whole = readFileSync(file)
      const at = place % whole.length
      if (isCut) truncateSync(file, at)
      else writeFileSync(file, whole.with(at, whole[at]! ^ 1))

      expect(() => load(directory, shard)).toThrow(DAMAGED)
      expect(everything(shard)).toEqual(before)
      writeFileSync(file, whole)
    })
  )
})

test('a snapshot of another model or with other settings is not loaded', () => {
  const directory = temporaryDirectory()
  save(directory, newShard(1), { frontier: 1 })

  expect(() => load(directory, emptyShard(), { id: 'other', digest: 'abc' })).toThrow(DAMAGED)
  expect(() => load(directory, emptyShard(), { id: 'test-model', digest: 'abd' })).toThrow(DAMAGED)
  expect(() => load(directory, emptyShard({ dimensions: 9 }))).toThrow(DAMAGED)
  expect(() => load(directory, emptyShard({ precision: 'float32' }))).toThrow(DAMAGED)
})

test('a snapshot of a newer version says so', () => {
  const directory = temporaryDirectory()
  const body = encodeCbor({ format: 2, other: 'things' })
  writeFileSync(join(directory, 'snapshot'), Buffer.concat([body, sha256(body)]))

  expect(() => load(directory, emptyShard())).toThrow(
    expect.objectContaining({ code: 'VECTOR_SNAPSHOT_DAMAGED', details: { fault: 'newer' } })
  )
})

test('half a graph, as the library leaves it on a full disk, is never taken for a snapshot', () => {
  const directory = temporaryDirectory()
  save(directory, newShard(1), { frontier: 1 })
  const full = {
    ...fileDisk,
    produce: (file: string, write: (file: string) => void) => {
      write(file)
      truncateSync(file, readFileSync(file).length - 7)
    }
  }

  expect(() => save(directory, newShard(2), { frontier: 2, disk: full })).toThrow(
    expect.objectContaining({ code: 'STORAGE_FULL' })
  )
  expect(load(directory, emptyShard())).toBe(1)
})

function hasThrown(action: () => void): boolean {
  try {
    action()
    return false
  } catch {
    return true
  }
}
