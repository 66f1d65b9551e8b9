import { join } from 'node:path'
import { SystemRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { collect, openStore } from '../../../../test/conformance/ordered-store/store-place.ts'
import { LevelStore } from '../../src/storage/level-store.ts'
import type { OrderedStore } from '../../src/storage/ordered-store.ts'
import { mountSmallDisk } from './small-disk.ts'

const MEBIBYTE = 1_048_576

/** Writes until the disk refuses, and says what was acknowledged. Random values, which cannot be compressed. */
async function fillDisk(store: OrderedStore, acknowledged: string[]): Promise<unknown> {
  const random = new SystemRandom()
  for (;;) {
    const key = `key-${acknowledged.length}`
    const value = random.bytes(1_000 + random.below(50_000))
    try {
      await store.batch([{ type: 'put', key, value }], { sync: true })
    } catch (error) {
      return error
    }
    acknowledged.push(key)
  }
}

test('a full disk loses nothing that was acknowledged, and writing goes on when there is room', async (context) => {
  const disk = mountSmallDisk(context, 8 * MEBIBYTE)
  const location = join(disk.path, 'store')
  const place = { open: () => LevelStore.open(location) }
  const store = await openStore(place)
  const acknowledged: string[] = []
  const full = { code: 'STORAGE_FULL' }

  expect(await fillDisk(store, acknowledged)).toMatchObject(full)
  expect(acknowledged.length).toBeGreaterThan(50)
  await expect(store.batch([{ type: 'put', key: 'more', value: '' }])).rejects.toMatchObject(full)
  await expect(store.recover()).rejects.toMatchObject(full)
  expect(store.getSync('key-0')).toBeDefined()

  disk.resize(64 * MEBIBYTE)
  await store.recover()
  await store.batch([{ type: 'put', key: 'after', value: '' }], { sync: true })
  await store.close()

  const again = await openStore(place)
  const found = new Set(await collect(again.scanKeys()))
  expect(acknowledged.filter((key) => !found.has(key))).toEqual([])
  expect(found.has('after')).toBe(true)
})

test('what was open when the store recovered ends with an error', async (context) => {
  const disk = mountSmallDisk(context, 8 * MEBIBYTE)
  const store = await openStore({ open: () => LevelStore.open(join(disk.path, 'store')) })
  const snapshot = store.snapshot()
  const prepared = store.prepare([{ type: 'put', key: 'prepared', value: '' }])
  await fillDisk(store, [])
  const scan = store.scan()[Symbol.asyncIterator]()
  await scan.next()

  disk.resize(64 * MEBIBYTE)
  await store.recover()
  const failed = { code: 'STORAGE_FAILED' }
  await expect(scan.next()).rejects.toMatchObject(failed)
  await expect(snapshot.get('key-0')).rejects.toMatchObject(failed)
  await expect(prepared.write()).rejects.toMatchObject(failed)
  await store.batch([{ type: 'put', key: 'goes on', value: '' }])
})

test('a disk that became read-only says so, and recovers when it is not', async (context) => {
  const disk = mountSmallDisk(context, 64 * MEBIBYTE)
  const location = join(disk.path, 'store')
  const store = await openStore({ open: () => LevelStore.open(location) })
  await store.batch([{ type: 'put', key: 'before', value: '' }], { sync: true })
  await store.close()
  disk.setReadOnly(true)
  await expect(LevelStore.open(location)).rejects.toMatchObject({ code: 'DIRECTORY_NOT_WRITABLE' })
  disk.setReadOnly(false)
  const again = await openStore({ open: () => LevelStore.open(location) })
  expect(await collect(again.scanKeys())).toEqual(['before'])
})
