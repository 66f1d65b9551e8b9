import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryOrder, arbitraryWorld } from './arbitrary-world.ts'
import { expectedOutcomes, outcomesOf, verdictsOf } from './arrival-orders.ts'

const OUTCOMES = [
  'apply',
  'held dep-void',
  'held fork-held',
  'held own-entry-not-seen',
  'park clock-ahead',
  'park epoch-missing',
  'park format-unknown',
  'park grants-missing',
  'park parents-missing',
  'park payloads-missing',
  'void against-settlement',
  'void chain-broken',
  'void dep-of-other-context',
  'void dep-void',
  'void epoch-below-dep',
  'void epoch-below-prev',
  'void grant-missing',
  'void hlc-not-after-dep',
  'void hlc-not-after-prev',
  'void other-network',
  'void own-entry-not-seen',
  'void past-cut',
  'void payload-invalid',
  'void space-wrong'
]

/*
 * Goal and method as in judge-commit-order.test.ts, for so many histories that
 * every outcome there is occurs in some of them.
 */
test('in many histories, with every outcome that there is, the order of arrival does not matter', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(arbitraryWorld, arbitraryOrder, (world, order) => {
      const expected = expectedOutcomes(world)
      for (const outcome of expected.flatMap(([, outcomes]) => outcomes.split(', '))) seen.add(outcome)
      expect(outcomesOf(verdictsOf(world, order))).toEqual(expected)
    }),
    { numRuns: 50_000 }
  )
  expect([...seen].toSorted()).toEqual(OUTCOMES)
})
