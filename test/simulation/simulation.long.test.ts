import { expect, test } from 'vitest'
import { MUTATIONS } from './mutations.ts'
import { repeatCommand, runSeeds } from './run-seeds.ts'

test('two thousand seeds of faults break no invariant', async () => {
  const { failures } = await runSeeds({ from: 1, to: 2_000 })
  expect(failures.map(({ seed, failure }) => `${repeatCommand(seed)}: ${failure}`)).toEqual([])
})

test.each(MUTATIONS)('the mistake $name is noticed within 500 seeds', async (mutation) => {
  const { failures } = await runSeeds({ from: 1, to: 500, mutation, stopsAtFailure: true })
  expect(failures).toHaveLength(1)
})
