import { settle } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAhead } from '../../src/files/read-ahead.ts'

test('Reading ahead gives the same items, and fails where they fail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), fc.boolean(), async (items, isBroken) => {
      expect(await outcomeOf(readAhead(madeOf(items, isBroken)))).toEqual(await outcomeOf(madeOf(items, isBroken)))
    })
  )
})

test('While an item is in use the next is made, and no more', async () => {
  const made: number[] = []
  const ahead = readAhead(noting(made))
  await ahead.next()
  await settle()
  expect(made).toEqual([0, 1])
  await ahead.return(undefined)
})

test('Whoever stops early ends what makes the items', async () => {
  const made: number[] = []
  for await (const _ of readAhead(noting(made))) break
  expect(made.at(-1)).toBe(-1)
})

async function* madeOf(items: readonly number[], isBroken: boolean): AsyncGenerator<number> {
  yield* items
  if (isBroken) throw new Error('broken')
}

async function* noting(made: number[]): AsyncGenerator<number> {
  try {
    for (let item = 0; ; item += 1) {
      made.push(item)
      yield item
    }
  } finally {
    made.push(-1)
  }
}

async function outcomeOf(items: AsyncIterable<number>): Promise<(number | string)[]> {
  const seen: (number | string)[] = []
  try {
    for await (const item of items) seen.push(item)
  } catch (error) {
    seen.push(String(error))
  }
  return seen
}
