import { expect, test } from 'vitest'
import type { NewStorePlace } from './store-place.ts'
import { collect, fill, numbered, openNewStore, openStore } from './store-place.ts'

export function describeLifecycle(newPlace: NewStorePlace): void {
  test('everything a closed store is asked for fails with STORE_CLOSED', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '1' })
    await store.close()
    const closed = { code: 'STORE_CLOSED' }
    expect(() => store.getSync('a')).toThrow(expect.objectContaining(closed))
    expect(() => store.getTextSync('a')).toThrow(expect.objectContaining(closed))
    expect(() => store.snapshot()).toThrow(expect.objectContaining(closed))
    expect(() => store.prepare([])).toThrow(expect.objectContaining(closed))
    await expect(store.get('a')).rejects.toMatchObject(closed)
    await expect(store.getMany(['a'])).rejects.toMatchObject(closed)
    await expect(collect(store.scan())).rejects.toMatchObject(closed)
    await expect(collect(store.scanText())).rejects.toMatchObject(closed)
    await expect(collect(store.scanKeys())).rejects.toMatchObject(closed)
    await expect(store.batch([{ type: 'del', key: 'a' }])).rejects.toMatchObject(closed)
    await expect(store.sync()).rejects.toMatchObject(closed)
    await expect(store.recover()).rejects.toMatchObject(closed)
  })

  test('closing twice, also at the same time, closes once', async () => {
    const store = await openNewStore(newPlace)
    await Promise.all([store.close(), store.close()])
    await store.close()
  })

  test('a store is disposed of at the end of its block', async () => {
    const place = await newPlace()
    const inner = await place.open()
    {
      await using store = inner
      await fill(store, { a: '1' })
    }
    expect(() => inner.getSync('a')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
  })

  test('writes that were called before close are finished by it', async () => {
    const place = await newPlace()
    const before = await openStore(place)
    const entries = numbered(50)
    const writes = Object.keys(entries).map((key) =>
      before.prepare([{ type: 'put', key, value: key }]).write({ sync: true })
    )
    await before.close()
    expect(await collect((await openStore(place)).scanKeys())).toEqual(Object.keys(entries))
    await Promise.all(writes)
  })

  test('a scan that is under way ends when the store is closed', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, numbered(2_500))
    const scan = store.scan()[Symbol.asyncIterator]()
    await scan.next()
    await store.close()
    await expect(scan.next()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })

  test('a store that is opened again holds what it held', async () => {
    const place = await newPlace()
    for (const round of ['1', '2', '3']) {
      const store = await openStore(place)
      await fill(store, { [round]: round })
      await store.close()
    }
    expect(await collect((await openStore(place)).scanKeys())).toEqual(['1', '2', '3'])
  })
}
