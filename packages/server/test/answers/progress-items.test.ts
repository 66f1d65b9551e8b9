import { settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import { progressItems } from '../../src/answers/progress-items.ts'

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

test('every report comes in order, and the result last', async () => {
  const items = progressItems<number, string>(async (report) => {
    report(1)
    report(2)
    await settle()
    report(3)
    return 'done'
  })
  expect(await collect(items)).toEqual([{ progress: 1 }, { progress: 2 }, { progress: 3 }, { result: 'done' }])
})

test('reports of the last moment are not lost, however the reader is timed', async () => {
  const items = progressItems<number, string>(async (report) => {
    for (let step = 1; step <= 5; step += 1) {
      await Promise.resolve()
      report(step)
    }
    return 'done'
  })
  const read: unknown[] = []
  for await (const item of items) {
    read.push(item)
    await settle()
  }
  expect(read).toHaveLength(6)
})

test('a failure comes after the reports before it', async () => {
  const items = progressItems<number, string>(async (report) => {
    report(1)
    throw new RangeError('no more')
  })
  expect(await items.next()).toEqual({ value: { progress: 1 }, done: false })
  await expect(items.next()).rejects.toThrow(RangeError)
})

test('a reader that is too slow gets the newest report instead of all', async () => {
  const items = progressItems<number, string>(async (report) => {
    for (let step = 1; step <= 1_000; step += 1) report(step)
    return 'done'
  })
  const read = await collect(items)
  expect(read).toHaveLength(65)
  expect(read.slice(-2)).toEqual([{ progress: 1_000 }, { result: 'done' }])
})

test('a call that fails after its reader has gone fails quietly', async () => {
  const failing = Promise.withResolvers<string>()
  const items = progressItems<number, string>((report) => {
    report(1)
    return failing.promise
  })
  await items.next()
  await items.return(undefined)
  failing.reject(new Error('nobody listens'))
  await settle()
})
