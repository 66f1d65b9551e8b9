import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actions, play } from './entry-history.ts'
import { attackEntry } from './hostile-entries.ts'

const HISTORIES = 100
const VERSIONS_PER_ENTRY = 200

/*
 * Goal: no bytes in the place of a valid update do harm: they are refused with a
 * code and leave no trace, or they mean the same to every replica.
 * Method: `attackEntry`, with mutated and forged bytes, on many random histories.
 */
test('bytes in the place of an update are refused, or mean the same everywhere', () => {
  const seen = { refused: 0, accepted: 0 }
  fc.assert(
    fc.property(actions, fc.nat(), (actions, seed) => {
      const history = play(actions)
      fc.pre(history.length > 0)
      const { refused, accepted } = attackEntry(history, seed, VERSIONS_PER_ENTRY)
      seen.refused += refused
      seen.accepted += accepted
    }),
    { numRuns: HISTORIES }
  )
  // Otherwise one half of the promise was not tested.
  expect(seen.refused).toBeGreaterThan(1_000)
  expect(seen.accepted).toBeGreaterThan(1_000)
})
