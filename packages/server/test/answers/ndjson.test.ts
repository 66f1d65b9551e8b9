import { HcfsError } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ndjson, withFirst } from '../../src/answers/ndjson.ts'
import { publicError } from '../../src/answers/problem.ts'

const OPTIONS = { errorOf: publicError }

async function* source<Item>(items: readonly Item[], failure?: Error): AsyncGenerator<Item> {
  yield* items
  if (failure !== undefined) throw failure
}

async function parsed(chunks: AsyncIterable<string>): Promise<unknown[]> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

test('every item is a line, whatever it holds and however long it is', async () => {
  const item = fc.record({ text: fc.string({ unit: 'binary', maxLength: 9_000 }), value: fc.jsonValue() })
  await fc.assert(
    fc.asyncProperty(fc.array(item), fc.boolean(), async (items, isLive) => {
      const lines = await parsed(ndjson(source(items), { ...OPTIONS, isLive }))
      expect(lines).toEqual(JSON.parse(JSON.stringify(items)))
    })
  )
})

test('a failure is the last line', async () => {
  const failure = new HcfsError('STORAGE_CORRUPT', 'damaged')
  expect(await parsed(ndjson(source([1, 2], failure), OPTIONS))).toEqual([1, 2, { error: failure.toJSON() }])
})

test('no more items are taken than are read', async () => {
  let taken = 0
  const endless = (async function* () {
    for (;;) {
      taken += 1
      yield 'x'.repeat(1_000)
    }
  })()
  const chunks = ndjson(endless, OPTIONS)
  await chunks.next()
  expect(taken).toBeLessThan(20)
  await chunks.return(undefined)
})

test('live lines are not kept until there are more', async () => {
  const waiting = Promise.withResolvers<void>()
  const chunks = ndjson(
    (async function* () {
      yield 1
      await waiting.promise
    })(),
    { ...OPTIONS, isLive: true }
  )
  expect(await chunks.next()).toMatchObject({ value: '1\n' })
  waiting.resolve()
})

test('a reader that stops ends what gives the items', async () => {
  let isEnded = false
  const items = (async function* () {
    try {
      for (;;) yield 1
    } finally {
      isEnded = true
    }
  })()
  const chunks = ndjson(items, { ...OPTIONS, isLive: true })
  await chunks.next()
  await chunks.return(undefined)
  expect(isEnded).toBe(true)
})

test('an item that was taken to look at it is given first', async () => {
  const items = source([1, 2, 3])
  const first = await items.next()
  expect(await parsed(ndjson(withFirst(first, items), OPTIONS))).toEqual([1, 2, 3])
})
