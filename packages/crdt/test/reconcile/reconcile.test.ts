import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MemorySpace } from './memory-space.ts'
import { arbitraryHistory, arbitraryWrite, RandomSpaces } from './random-spaces.ts'
import { runSession } from './run-session.ts'

/*
 * Goal: sessions make replicas equal, whatever differs and whatever happens
 * meanwhile, and each ends with a reason.
 * Method: three replicas are sets of commits made by a random history. The oracle
 * is the union of these sets.
 */

test('one session makes two replicas equal to the union of both', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, async (history) => {
      const spaces = new RandomSpaces(history)
      const [ada, bob] = spaces.replicas as [MemorySpace, MemorySpace]
      const union = [...new Set([...ada.ids, ...bob.ids])].sort()

      const { leader, follower } = await runSession(ada, bob)

      expect([ada.ids, bob.ids]).toEqual([union, union])
      expect(follower?.reason).toBe('served')
      expect(['equal', 'exchanged']).toContain(leader.reason)
    })
  )
})

test('a session after that finds nothing more', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, async (history) => {
      const [ada, bob] = new RandomSpaces(history).replicas as [MemorySpace, MemorySpace]
      await runSession(ada, bob)

      const { log, leader } = await runSession(bob, ada)

      expect(leader).toEqual({ reason: 'equal' })
      expect(log).toHaveLength(3)
    })
  )
})

test('three replicas that meet in pairs become equal to the union of all', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, async (history) => {
      const spaces = new RandomSpaces(history)
      const [ada, bob, eve] = spaces.replicas as [MemorySpace, MemorySpace, MemorySpace]
      const union = spaces.union()

      for (const [leader, follower] of [
        [ada, bob],
        [bob, eve],
        [eve, ada]
      ] as const)
        await runSession(leader, follower)

      expect(spaces.replicas.map(({ ids }) => ids)).toEqual([union, union, union])
    })
  )
})

test('writes on both sides while a session runs do not keep it from ending, and the next one brings them', async () => {
  const writes = fc.array(fc.record({ at: fc.integer({ min: 1, max: 30 }), write: arbitraryWrite }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, writes, async (history, meanwhile) => {
      const spaces = new RandomSpaces(history)
      const [ada, bob] = spaces.replicas as [MemorySpace, MemorySpace]
      const onMessage = (bytes: Uint8Array, count: number): Uint8Array[] => {
        for (const { at, write } of meanwhile) if (at === count) spaces.write(write)
        return [bytes]
      }

      const { leader } = await runSession(ada, bob, { onMessage })
      expect(['equal', 'exchanged', 'policy-unsettled']).toContain(leader.reason)

      await runSession(ada, bob)
      expect(ada.ids).toEqual(bob.ids)
    })
  )
})

test('after a connection that lost or repeated messages the next session makes both equal', async () => {
  const faults = fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, faults, fc.boolean(), async (history, at, isLost) => {
      const [ada, bob] = new RandomSpaces(history).replicas as [MemorySpace, MemorySpace]
      const onMessage = (bytes: Uint8Array, count: number): Uint8Array[] =>
        at.includes(count) ? (isLost ? [] : [bytes, bytes]) : [bytes]

      const { leader, follower } = await runSession(ada, bob, { onMessage })
      expect([leader.reason, follower?.reason]).not.toContain(undefined)

      await runSession(bob, ada)
      expect(ada.ids).toEqual(bob.ids)
    })
  )
})
