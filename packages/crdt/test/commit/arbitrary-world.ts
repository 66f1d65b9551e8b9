import fc from 'fast-check'
import { describeWorld } from './describe-world.ts'
import type { Oddity, Step, World } from './judgment-world.ts'
import { ODDITIES, WorldBuilder } from './judgment-world.ts'
import { GRANTS } from './test-policy.ts'

const step: fc.Arbitrary<Step> = fc.record({
  isAda: fc.boolean(),
  incarnation: fc.nat({ max: 1 }),
  isInner: fc.constantFrom(false, false, true),
  names: fc.subarray(['', 'x', 'y'], { minLength: 1 }),
  oddity: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Oddity>('none') },
    { weight: 1, arbitrary: fc.constant<Oddity>('fork') },
    { weight: 2, arbitrary: fc.constantFrom<Oddity>(...ODDITIES) }
  ),
  isNewEpoch: fc.constantFrom(false, false, true),
  pick: fc.nat({ max: 1_000 })
})

/** Random histories, with cuts and settlements at random places. */
export const arbitraryWorld: fc.Arbitrary<World> = fc
  .record({
    steps: fc.array(step, { minLength: 1, maxLength: 22 }),
    cuts: fc.array(fc.tuple(fc.nat({ max: 1_000 }), fc.constantFrom(...Object.values(GRANTS))), { maxLength: 4 }),
    settlements: fc.array(fc.nat({ max: 1_000 }), { maxLength: 3 })
  })
  .map(({ steps, cuts, settlements }) => new WorldBuilder().build(steps, cuts, settlements))
  .map((world) => ({ ...world, [fc.toStringMethod]: () => describeWorld(world) }))

/** Numbers to sort arrivals by. */
export const arbitraryOrder = fc.infiniteStream(fc.nat({ max: 1_000_000 }))
