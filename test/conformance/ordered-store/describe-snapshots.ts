import { expect, test } from 'vitest'
import type { NewStorePlace } from './store-place.ts'
import { bytes, collect, fill, openNewStore } from './store-place.ts'

export function describeSnapshots(newPlace: NewStorePlace): void {
  test('a snapshot keeps what was there, whatever is written later', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: 'old', b: 'old' })
    await using snapshot = store.snapshot()
    await store.batch([
      { type: 'put', key: 'a', value: 'new' },
      { type: 'del', key: 'b' },
      { type: 'put', key: 'c', value: 'new' }
    ])
    expect(snapshot.getTextSync('a')).toBe('old')
    expect(snapshot.getSync('b')).toEqual(bytes('old'))
    expect(await snapshot.get('c')).toBeUndefined()
    expect(await snapshot.getMany(['a', 'c'])).toEqual([bytes('old'), undefined])
    expect(await collect(snapshot.scanText())).toEqual([
      ['a', 'old'],
      ['b', 'old']
    ])
    expect(await collect(snapshot.scanKeys({ reverse: true }))).toEqual(['b', 'a'])
    expect(await collect(snapshot.scan({ limit: 1 }))).toEqual([['a', bytes('old')]])
    expect(await collect(store.scanKeys())).toEqual(['a', 'c'])
  })

  test('each snapshot has its own moment', async () => {
    const store = await openNewStore(newPlace)
    await using empty = store.snapshot()
    await fill(store, { a: '1' })
    await using one = store.snapshot()
    await using again = store.snapshot()
    await fill(store, { a: '2' })
    const seen = [empty, one, again].map((snapshot) => snapshot.getTextSync('a'))
    expect(seen).toEqual([undefined, '1', '1'])
  })

  test('a closed snapshot answers no more, and the store goes on', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '1' })
    const snapshot = store.snapshot()
    await snapshot.close()
    await snapshot.close()
    expect(() => snapshot.getSync('a')).toThrow()
    await expect(collect(snapshot.scan())).rejects.toThrow()
    expect(store.getTextSync('a')).toBe('1')
  })

  test('closing the store closes its snapshots', async () => {
    const store = await openNewStore(newPlace)
    const snapshot = store.snapshot()
    await store.close()
    expect(() => snapshot.getSync('a')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
    await snapshot.close()
  })
}
