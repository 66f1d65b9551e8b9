import { expect, test } from 'vitest'
import type { NewStorePlace } from './store-place.ts'
import { bytes, fill, openNewStore } from './store-place.ts'

const MEBIBYTE = 1_048_576

export function describeReads(newPlace: NewStorePlace): void {
  test('a key that was never written has no value, however it is asked for', async () => {
    const store = await openNewStore(newPlace)
    expect(store.getSync('a')).toBeUndefined()
    expect(store.getTextSync('a')).toBeUndefined()
    expect(await store.get('a')).toBeUndefined()
    expect(await store.getMany(['a', 'b'])).toEqual([undefined, undefined])
  })

  test('text and bytes are the same value, in UTF-8', async () => {
    const store = await openNewStore(newPlace)
    const text = '\uFEFFZürich → 東京 😀\u0000'
    await store.batch([
      { type: 'put', key: 'text', value: text },
      { type: 'put', key: 'bytes', value: bytes(text) }
    ])
    for (const key of ['text', 'bytes']) {
      expect(store.getTextSync(key)).toBe(text)
      expect(store.getSync(key)).toEqual(bytes(text))
      expect(await store.get(key)).toEqual(bytes(text))
    }
  })

  test('values may be empty, or hold every byte', async () => {
    const store = await openNewStore(newPlace)
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await store.batch([
      { type: 'put', key: 'empty', value: new Uint8Array() },
      { type: 'put', key: 'empty text', value: '' },
      { type: 'put', key: 'every', value: every }
    ])
    expect(store.getSync('empty')).toEqual(new Uint8Array())
    expect(store.getTextSync('empty text')).toBe('')
    expect(store.getSync('every')).toEqual(every)
  })

  test('values of several megabytes come back whole', async () => {
    const store = await openNewStore(newPlace)
    const large = Uint8Array.from({ length: 5 * MEBIBYTE }, (_, index) => (index * 31) % 251)
    await store.batch([{ type: 'put', key: 'large', value: large }])
    expect(Buffer.compare((await store.get('large'))!, large)).toBe(0)
  })

  test('getMany answers in the order of the question, with repeats and gaps', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '1', b: '2' })
    expect(await store.getMany(['b', 'x', 'a', 'b'])).toEqual([bytes('2'), undefined, bytes('1'), bytes('2')])
    expect(await store.getMany([])).toEqual([])
  })

  test('what a reader or writer does to its bytes afterwards changes nothing in the store', async () => {
    const store = await openNewStore(newPlace)
    const written = bytes('kept')
    const batch = store.prepare([{ type: 'put', key: 'a', value: written }])
    written.fill(0)
    await batch.write()
    store.getSync('a')!.fill(0)
    expect(store.getTextSync('a')).toBe('kept')
  })

  test('reads stop for a signal', async () => {
    const store = await openNewStore(newPlace)
    const signal = AbortSignal.abort(new Error('the caller left'))
    await expect(store.get('a', { signal })).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await expect(store.getMany(['a'], { signal })).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
  })

  test('a key that is empty or has a lone surrogate is a mistake of the program', async () => {
    const store = await openNewStore(newPlace)
    for (const key of ['', 'a\ud800', '\udc00b']) {
      expect(() => store.getSync(key)).toThrow(TypeError)
      expect(() => store.getTextSync(key)).toThrow(TypeError)
      await expect(store.get(key)).rejects.toThrow(TypeError)
      await expect(store.getMany([key])).rejects.toThrow(TypeError)
      expect(() => store.prepare([{ type: 'del', key }])).toThrow(TypeError)
    }
    expect(() => store.prepare([{ type: 'put', key: 'a', value: '\ud800' }])).toThrow(TypeError)
  })
}
