import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryOrder, arbitraryWorld } from './arbitrary-world.ts'
import { expectedOutcomes, outcomesOf, verdictsOf } from './arrival-orders.ts'

/*
 * Goal: a verdict depends on the bytes, the causal past and the policy, never on
 * the order of arrival.
 * Method: random histories with forks, gaps, back-dating, missing grants, cuts
 * and settlements reach two replicas in two random orders, pieces twice. Both
 * must end with the same, which is what an oracle says that sees all at once.
 */
test('replicas that hold the same come to the same verdicts, which are those of the specification', () => {
  fc.assert(
    fc.property(arbitraryWorld, arbitraryOrder, arbitraryOrder, (world, firstOrder, secondOrder) => {
      const [first, second] = [verdictsOf(world, firstOrder), verdictsOf(world, secondOrder)]
      expect(first).toEqual(second)
      expect(outcomesOf(first)).toEqual(expectedOutcomes(world))
    }),
    { numRuns: 600 }
  )
})
