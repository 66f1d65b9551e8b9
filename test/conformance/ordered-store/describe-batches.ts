import { expect, test } from 'vitest'
import type { NewStorePlace } from './store-place.ts'
import { collect, fill, numbered, openNewStore, openStore } from './store-place.ts'

export function describeBatches(newPlace: NewStorePlace): void {
  test('a batch puts and deletes', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: 'old', b: 'old' })
    await store.batch([
      { type: 'put', key: 'a', value: 'new' },
      { type: 'del', key: 'b' },
      { type: 'del', key: 'never there' },
      { type: 'put', key: 'c', value: 'new' }
    ])
    expect(await collect(store.scanText())).toEqual([
      ['a', 'new'],
      ['c', 'new']
    ])
  })

  test('the last operation of a batch on a key wins', async () => {
    const store = await openNewStore(newPlace)
    await store.batch([
      { type: 'put', key: 'a', value: '1' },
      { type: 'put', key: 'a', value: '2' },
      { type: 'del', key: 'b' },
      { type: 'put', key: 'b', value: '3' },
      { type: 'put', key: 'c', value: '4' },
      { type: 'del', key: 'c' }
    ])
    expect(await collect(store.scanText())).toEqual([
      ['a', '2'],
      ['b', '3']
    ])
  })

  test('an operation that is refused keeps the whole batch out', async () => {
    const store = await openNewStore(newPlace)
    await expect(
      store.batch([
        { type: 'put', key: 'a', value: '1' },
        { type: 'del', key: '' }
      ])
    ).rejects.toThrow(TypeError)
    expect(store.getSync('a')).toBeUndefined()
  })

  test('a reader sees all of a batch or nothing of it', async () => {
    const store = await openNewStore(newPlace)
    const writing = store.batch(Object.keys(numbered(2_000)).map((key) => ({ type: 'put', key, value: 'x' })))
    const during = (await collect(store.scanKeys())).length
    await writing
    expect([0, 2_000]).toContain(during)
    expect(await collect(store.scanKeys())).toHaveLength(2_000)
  })

  test('batches take effect in the order in which they were written', async () => {
    const store = await openNewStore(newPlace)
    const values = Array.from({ length: 50 }, (_, index) => String(index))
    const prepared = values.map((value) => store.prepare([{ type: 'put', key: 'a', value }]))
    await Promise.all(prepared.toReversed().map((batch, index) => batch.write({ sync: index % 2 === 0 })))
    expect(store.getTextSync('a')).toBe('0')
  })

  test('nothing of a prepared batch is there before it is written', async () => {
    const store = await openNewStore(newPlace)
    const batch = store.prepare([{ type: 'put', key: 'a', value: '1' }])
    expect(store.getSync('a')).toBeUndefined()
    await batch.write()
    expect(store.getTextSync('a')).toBe('1')
    expect(() => batch.write()).toThrow(TypeError)
  })

  test('a discarded batch is never there', async () => {
    const store = await openNewStore(newPlace)
    const batch = store.prepare([{ type: 'put', key: 'a', value: '1' }])
    await batch.discard()
    await batch.discard()
    expect(() => batch.write()).toThrow(TypeError)
    expect(store.getSync('a')).toBeUndefined()
  })

  test('batches with and without sync, and empty ones, are there after the store was opened again', async () => {
    const place = await newPlace()
    const before = await openStore(place)
    await before.batch([{ type: 'put', key: 'a', value: '1' }])
    await before.batch([{ type: 'put', key: 'b', value: '2' }], { sync: true })
    await before.batch([], { sync: true })
    await before.batch([{ type: 'del', key: 'a' }])
    await before.sync()
    await before.close()
    expect(await collect((await openStore(place)).scanText())).toEqual([['b', '2']])
  })

  test('recover does nothing to a store whose writes succeed', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '1' })
    await using snapshot = store.snapshot()
    await store.recover()
    expect(snapshot.getTextSync('a')).toBe('1')
  })
}
