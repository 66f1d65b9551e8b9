import { SeededRandom } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { killAgainAndAgain } from './kill/kill-loop.ts'

/*
 * Goal: a process that is killed at any moment loses nothing it acknowledged.
 * Method: real processes, killed at random moments while they write; the long
 * test does the same many more times. The seed is the one that every run prints.
 */
test('a process that is killed while it writes loses nothing that it acknowledged', async () => {
  const seed = fc.readConfigureGlobal().seed ?? 0
  expect(await killAgainAndAgain({ kills: 5, random: new SeededRandom(seed) })).toBeGreaterThan(5)
}, 60_000)
