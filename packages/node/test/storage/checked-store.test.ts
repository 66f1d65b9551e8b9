import { expect, test } from 'vitest'
import { collect } from '../../../../test/conformance/ordered-store/store-place.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

async function storeWithDamage() {
  const disk = new MemoryStore()
  const store = new CheckedStore(disk)
  await store.batch(['a', 'b', 'c', 'd'].map((key) => ({ type: 'put', key, value: `value of ${key}` })))
  const damaged = disk.getSync('b')!
  damaged[damaged.byteLength - 1] = damaged[damaged.byteLength - 1]! ^ 1
  await disk.batch([
    { type: 'put', key: 'b', value: damaged },
    { type: 'put', key: 'd', value: new Uint8Array() }
  ])
  return store
}

async function keysOf(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const key of keys) found.push(key)
  return found
}

test('a damaged value is never served, and named whichever way it is read', async () => {
  const store = await storeWithDamage()
  const corrupt = { code: 'STORAGE_CORRUPT', details: { key: 'b' } }
  expect(() => store.getSync('b')).toThrow(expect.objectContaining(corrupt))
  expect(() => store.getTextSync('b')).toThrow(expect.objectContaining(corrupt))
  await expect(store.get('b')).rejects.toMatchObject(corrupt)
  await expect(store.getMany(['a', 'b'])).rejects.toMatchObject(corrupt)
  await expect(collect(store.scan())).rejects.toMatchObject(corrupt)
  await expect(collect(store.scanText())).rejects.toMatchObject(corrupt)
  await using snapshot = store.snapshot()
  expect(() => snapshot.getSync('b')).toThrow(expect.objectContaining(corrupt))
})

test('the values beside a damaged one are served', async () => {
  const store = await storeWithDamage()
  expect(store.getTextSync('a')).toBe('value of a')
  expect(await collect(store.scanText({ gt: 'b', lt: 'd' }))).toEqual([['c', 'value of c']])
})

test('all damaged values are found in one pass', async () => {
  const store = await storeWithDamage()
  expect(await keysOf(store.damagedKeys())).toEqual(['b', 'd'])
  expect(await keysOf(store.damagedKeys({ gt: 'b', lt: 'd' }))).toEqual([])
})

test('a damaged value can be written anew', async () => {
  const store = await storeWithDamage()
  await store.batch([{ type: 'put', key: 'b', value: 'again' }])
  expect(store.getTextSync('b')).toBe('again')
})
