import { expect, test } from 'vitest'
import type { NewStorePlace } from './store-place.ts'
import { bytes, collect, fill, keysOf, numbered, numberedKey, openNewStore } from './store-place.ts'

/** In the order of their UTF-8 bytes. JavaScript would put the astral ones before U+E000. */
const ORDERED_KEYS = [
  '\u0000',
  '\u0001',
  'A',
  'a',
  'a\u0000',
  'a/',
  'aa',
  'b',
  'é',
  '東',
  '\ue000',
  '\uffff',
  '😀',
  '\u{10ffff}'
]

export function describeScans(newPlace: NewStorePlace): void {
  test('keys are ordered by their UTF-8 bytes', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, Object.fromEntries(ORDERED_KEYS.toReversed().map((key) => [key, key])))
    expect(await collect(store.scanKeys())).toEqual(ORDERED_KEYS)
    expect(await collect(store.scanKeys({ reverse: true }))).toEqual(ORDERED_KEYS.toReversed())
    expect(await collect(store.scanKeys({ gt: '東', lte: '😀' }))).toEqual(['\ue000', '\uffff', '😀'])
  })

  test('the three scans give the same entries as bytes, as text and as keys', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '1', b: 'é' })
    expect(await collect(store.scan())).toEqual([
      ['a', bytes('1')],
      ['b', bytes('é')]
    ])
    expect(await collect(store.scanText())).toEqual([
      ['a', '1'],
      ['b', 'é']
    ])
    expect(await collect(store.scanKeys())).toEqual(['a', 'b'])
  })

  test.each([
    [{}, 'abcde'],
    [{ gte: 'b' }, 'bcde'],
    [{ gt: 'b' }, 'cde'],
    [{ lt: 'd' }, 'abc'],
    [{ lte: 'd' }, 'abcd'],
    [{ gte: 'b', lt: 'd' }, 'bc'],
    [{ gt: 'b', gte: 'a' }, 'cde'],
    [{ gt: 'a', gte: 'c' }, 'cde'],
    [{ lt: 'c', lte: 'e' }, 'ab'],
    [{ lt: 'e', lte: 'b' }, 'ab'],
    [{ gte: 'bb', lte: 'dd' }, 'cd'],
    [{ gte: 'd', lt: 'b' }, ''],
    [{ gt: 'e' }, ''],
    [{ limit: 2 }, 'ab'],
    [{ limit: 0 }, ''],
    [{ gte: 'b', limit: 2, reverse: true }, 'ed'],
    [{ lt: 'd', reverse: true }, 'cba']
  ])('the range %j holds %j', async (options, expected) => {
    const store = await openNewStore(newPlace)
    await fill(store, { a: '', b: '', c: '', d: '', e: '' })
    expect((await collect(store.scanKeys(options))).join('')).toBe(expected)
  })

  test('a scan of thousands of entries gives each once, in order, in chunks that are never empty', async () => {
    const store = await openNewStore(newPlace)
    const entries = numbered(3_456)
    await fill(store, entries)
    const found: [string, string][] = []
    for await (const chunk of store.scanText()) {
      expect(chunk.length).toBeGreaterThan(0)
      expect(chunk.length).toBeLessThanOrEqual(1_000)
      for (const [key, value] of chunk) found.push([key, value])
    }
    expect(found).toEqual(Object.entries(entries))
    const tail = await collect(store.scan({ limit: 1_500, reverse: true }))
    expect(keysOf(tail)).toEqual(Object.keys(entries).toReversed().slice(0, 1_500))
  })

  test('a scan does not see what is written after it began', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, numbered(2_500))
    const scan = store.scanKeys()[Symbol.asyncIterator]()
    const first = await scan.next()
    await store.batch([
      { type: 'del', key: numberedKey(2_400) },
      { type: 'put', key: numberedKey(9_999), value: '' }
    ])
    const rest = await collect({ [Symbol.asyncIterator]: () => scan })
    expect([...first.value, ...rest]).toEqual(Object.keys(numbered(2_500)))
  })

  test('a scan that is left early leaves the store usable', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, numbered(2_500))
    for await (const chunk of store.scanKeys()) {
      expect(chunk[0]).toBe(numberedKey(0))
      break
    }
    expect(await collect(store.scanKeys({ gte: numberedKey(2_499) }))).toEqual([numberedKey(2_499)])
  })

  test('a scan stops for a signal, before it began and between two chunks', async () => {
    const store = await openNewStore(newPlace)
    await fill(store, numbered(2_500))
    await expect(collect(store.scan({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'OPERATION_ABORTED'
    })
    const controller = new AbortController()
    const scan = store.scanText({ signal: controller.signal })[Symbol.asyncIterator]()
    await scan.next()
    controller.abort(new Error('the caller left'))
    await expect(scan.next()).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
      cause: { message: 'the caller left' }
    })
  })
}
