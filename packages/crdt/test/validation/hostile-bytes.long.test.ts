import fc from 'fast-check'
import { test } from 'vitest'
import { actions, play } from './entry-history.ts'
import { attackEntry } from './hostile-entries.ts'

const HISTORIES = 5_000
const VERSIONS_PER_ENTRY = 200

/* As `hostile-bytes.test.ts`, with a million versions. */
test('a million times bytes in the place of an update are refused, or mean the same everywhere', () => {
  fc.assert(
    fc.property(actions, fc.nat(), (actions, seed) => {
      const history = play(actions)
      if (history.length > 0) attackEntry(history, seed, VERSIONS_PER_ENTRY)
    }),
    { numRuns: HISTORIES }
  )
})
