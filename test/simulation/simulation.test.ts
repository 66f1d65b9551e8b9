import { expect, test } from 'vitest'
import { MUTATIONS } from './mutations.ts'
import type { Plan } from './plan.ts'
import { randomPlan } from './random-plan.ts'
import { runPlan } from './run-plan.ts'
import { repeatCommand, runSeeds } from './run-seeds.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { shrinkPlan } from './shrink-plan.ts'

/*
 * Goal: whatever the network, the disks and the clocks do, nothing that was acknowledged is lost and all nodes end equal.
 * Method: the replication code that ships, on virtual time, network and disks, all drawn from one seed. Fixed seeds, so
 * that a run of the tests says the same every time; the long test takes more of them.
 */

const SHORT_MS = 20_000

function beginningOf(plan: Plan, healAtMs: number): Plan {
  return { ...plan, steps: plan.steps.filter(({ atMs }) => atMs < healAtMs), healAtMs }
}

test('twenty seeds of faults break no invariant', async () => {
  const { failures } = await runSeeds({ from: 1, to: 20 })
  expect(failures.map(({ seed, failure }) => `${repeatCommand(seed)}: ${failure}`)).toEqual([])
})

test('a seed gives the same trace again, line by line', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const plan = beginningOf(randomPlan(seed), SHORT_MS)
    const [first, second] = [await runPlan(plan), await runPlan(plan)]
    expect(second.lines).toEqual(first.lines)
  }
})

test.each(SCENARIOS)('the scenario $name ends well', async ({ plan }) => {
  expect((await runPlan(plan)).failure).toBeUndefined()
})

test('a mistake that is put in is noticed', async () => {
  const skipsFsync = MUTATIONS.find(({ name }) => name === 'skips-fsync')!
  const { failures } = await runSeeds({ from: 1, to: 10, mutation: skipsFsync, stopsAtFailure: true })
  expect(failures).toHaveLength(1)
})

test('a plan that fails shrinks to fewer steps that still fail', async () => {
  const onlyGrow = MUTATIONS.find(({ name }) => name === 'fingerprints-only-grow')!
  const smallest = await shrinkPlan(randomPlan(16), onlyGrow)
  expect(smallest.steps.length).toBeLessThanOrEqual(3)
  expect((await runPlan(smallest, onlyGrow)).failure).toBeDefined()
})
