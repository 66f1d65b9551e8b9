import { expect, inject, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('whatever 200,000 requests hold, each is answered, and none with a failure of the node', async () => {
  const { problems } = await fuzz(200_000, inject('seed'))
  expect(problems).toEqual([])
})
