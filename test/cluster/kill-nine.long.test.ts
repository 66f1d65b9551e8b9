import { SeededRandom } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { killAgainAndAgain } from './kill/kill-loop.ts'

const DIRECTORIES = 20
const KILLS_EACH = 10

test('two hundred kills lose nothing that was acknowledged', async () => {
  const random = new SeededRandom(fc.readConfigureGlobal().seed ?? 0)
  let acknowledged = 0
  for (let index = 0; index < DIRECTORIES; index += 1) {
    acknowledged += await killAgainAndAgain({ kills: KILLS_EACH, random })
  }
  expect(acknowledged).toBeGreaterThan(DIRECTORIES * KILLS_EACH)
})
