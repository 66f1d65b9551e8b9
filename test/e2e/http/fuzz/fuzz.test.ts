import { expect, inject, test } from 'vitest'
import { fuzz } from './fuzz.ts'

/** A third of a minute where nothing else runs. */
const TEST_MS_MAX = 300_000

test(
  'whatever 10,000 requests hold, each is answered, and none with a failure of the node',
  async () => {
    const { problems, statuses } = await fuzz(10_000, inject('seed'))
    expect(problems).toEqual([])
    // The requests reach the calls: many are let through, and many refused.
    expect(statuses.get(200)).toBeGreaterThan(500)
    expect(statuses.get(400)).toBeGreaterThan(500)
  },
  TEST_MS_MAX
)
