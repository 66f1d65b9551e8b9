import { ManualClock, SeededRandom, settle } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collect } from '../../../../test/conformance/ordered-store/store-place.ts'
import type { FaultyStoreOptions } from '../../src/storage/faulty-store.ts'
import { FaultyStore } from '../../src/storage/faulty-store.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

const clock = new ManualClock()

function faultyStore(options: FaultyStoreOptions = {}, seed = 1) {
  const disk = new MemoryStore()
  return { disk, store: new FaultyStore({ store: disk, random: new SeededRandom(seed), clock }, options) }
}

function put(key: string, value = '') {
  return [{ type: 'put', key, value }] as const
}

async function keysOn(disk: MemoryStore): Promise<string> {
  return (await collect(disk.scanKeys())).join('')
}

async function contentsOf(disk: MemoryStore): Promise<string> {
  return JSON.stringify(await collect(disk.scanText()))
}

describe('announced faults', () => {
  test('the n-th read fails, and only that', async () => {
    const { store } = faultyStore()
    await store.batch(put('a', 'value'))
    store.failOperation('read', 2, 'STORAGE_CORRUPT')
    expect(store.getTextSync('a')).toBe('value')
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
    expect(store.getTextSync('a')).toBe('value')
  })

  test('a failed write ends writing until recovery, reading goes on', async () => {
    const { store, disk } = faultyStore()
    await store.batch(put('a', 'value'))
    store.failOperation('write', 1)
    await expect(store.batch(put('b'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    await expect(store.batch(put('c'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    expect(store.getTextSync('a')).toBe('value')
    await store.recover()
    await store.batch(put('d'))
    expect(['ad', 'abd']).toContain(await keysOn(disk))
  })

  test('a batch that failed is stored for some seeds and lost for others', async () => {
    const found = new Set<string>()
    for (let seed = 0; seed < 20; seed += 1) {
      const { store, disk } = faultyStore({}, seed)
      store.failOperation('write', 1)
      await store.batch([...put('a'), ...put('b')]).catch(() => {})
      await store.recover()
      found.add(await keysOn(disk))
    }
    expect([...found].sort()).toEqual(['', 'ab'])
  })

  test('scans, snapshots and prepared batches from before a recovery end with it', async () => {
    const { store } = faultyStore()
    await store.batch(put('a'))
    const snapshot = store.snapshot()
    const prepared = store.prepare(put('b'))
    store.failOperation('write', 1)
    await store.batch(put('c')).catch(() => {})
    await store.recover()
    const failed = { code: 'STORAGE_FAILED' }
    expect(() => snapshot.getSync('a')).toThrow(expect.objectContaining(failed))
    await expect(prepared.write()).rejects.toMatchObject(failed)
    await store.batch(put('d'))
  })
})

describe('a full disk', () => {
  test('refuses writes and recovery until there is room', async () => {
    const { store, disk } = faultyStore()
    store.isDiskFull = true
    const full = { code: 'STORAGE_FULL' }
    await expect(store.batch(put('a'))).rejects.toMatchObject(full)
    await expect(store.recover()).rejects.toMatchObject(full)
    await expect(store.batch(put('b'))).rejects.toMatchObject(full)
    store.isDiskFull = false
    await store.recover()
    await store.batch(put('c'))
    expect(await keysOn(disk)).toMatch(/^a?c$/)
  })
})

describe('random faults', () => {
  test('bits flip on the way back, and what is stored stays right', async () => {
    const { store, disk } = faultyStore({ flipBitEvery: 2 })
    await store.batch(put('a', 'value'))
    const reads = Array.from({ length: 50 }, () => Buffer.from(store.getSync('a')!).toString('latin1'))
    expect(new Set(reads).size).toBeGreaterThan(5)
    expect(reads).toContain('value')
    expect(disk.getTextSync('a')).toBe('value')
  })

  test('the same seed gives the same faults', async () => {
    const trace = async (): Promise<string[]> => {
      const { store } = faultyStore({ failEvery: 4, flipBitEvery: 3 }, 99)
      const events: string[] = []
      for (let step = 0; step < 60; step += 1) {
        await store.batch(put('a', `value ${step}`)).catch(() => store.recover().catch(() => {}))
        try {
          events.push(store.getTextSync('a') ?? 'nothing')
        } catch (error) {
          events.push(String(error))
        }
      }
      return events
    }
    expect(await trace()).toEqual(await trace())
  })

  test('operations take their time', async () => {
    const { store } = faultyStore({ delayMsMax: 10 })
    let isDone = false
    const done = store.batch(put('a')).then(() => {
      isDone = true
    })
    await settle()
    expect(isDone).toBe(false)
    await clock.advance(20)
    await done
  })
})

describe('a crash', () => {
  test('keeps all that was synced and a beginning of the rest, each batch whole', async () => {
    const batchArbitrary = fc.record({ key: fc.constantFrom('a', 'b', 'c'), sync: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(batchArbitrary, { maxLength: 12 }), fc.nat(), async (batches, seed) => {
        const { store, disk } = faultyStore({}, seed)
        const states = [await contentsOf(disk)]
        for (const [index, { key, sync }] of batches.entries()) {
          await store.batch([...put(key, String(index)), ...put(`${key}2`, String(index))], { sync })
          states.push(await contentsOf(disk))
        }
        await store.crash()
        const lastSynced = batches.findLastIndex(({ sync }) => sync) + 1
        expect(states.slice(lastSynced)).toContain(await contentsOf(disk))
      })
    )
  })

  test('sync makes everything before it safe', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const { store, disk } = faultyStore({}, seed)
      await store.batch(put('a'))
      await store.batch(put('b'))
      await store.sync()
      await store.crash()
      expect(await keysOn(disk)).toBe('ab')
    }
  })

  test('leaves what was asked unanswered, and answers nothing new', async () => {
    const { store } = faultyStore({ delayMsMax: 10 })
    const answers: string[] = []
    store.batch(put('a')).then(
      () => answers.push('write'),
      () => answers.push('write failed')
    )
    store.get('a').then(
      () => answers.push('read'),
      () => answers.push('read failed')
    )
    await settle()
    await store.crash()
    await clock.advance(100)
    expect(answers).toEqual([])
    expect(() => store.getSync('a')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
  })

  test('leaves a disk that another store opens', async () => {
    const { store, disk } = faultyStore()
    await store.batch(put('a', 'value'), { sync: true })
    await store.crash()
    const next = new FaultyStore({ store: disk, random: new SeededRandom(2), clock })
    expect(next.getTextSync('a')).toBe('value')
    await next.batch(put('b'))
  })
})
