import { canonicalContent } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { naiveMerge } from './naive-merge.ts'
import { RandomNetwork, steps } from './random-network.ts'

/*
 * Goal: whatever a network does to messages, replicas that hold the same commits
 * hold the same content, and it is what the rules say.
 * Method: 2 to 5 replicas write signed commits; the network loses, repeats and
 * reorders them; at the end everybody offers everything, the newest first, so
 * that most of it has to be parked. Then all replicas are compared with each
 * other, byte for byte, and with a naive reading of the rules.
 */
test('replicas in a network that loses, repeats and reorders end with the same content, the one the rules give', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5 }), steps, (replicaCount, history) => {
      const network = new RandomNetwork(replicaCount)
      for (const step of history) network.run(step)
      network.reconcile()

      const expected = naiveMerge(network.events)
      const [first] = network.replicas
      for (const replica of network.replicas) {
        const { content } = replica.document
        expect(content.body.split('\n').slice(0, -1).sort()).toEqual(expected.lines)
        expect(content.tags).toEqual(expected.tags)
        expect(content.fields).toEqual(expected.fields)
        expect(content).toEqual(first!.document.content)
        expect(canonicalContent(content)).toEqual(canonicalContent(first!.document.content))
        expect(replica.heads).toEqual(first!.heads)
        expect(replica.document.hasPending).toBe(false)
        expect(replica.parkedCount).toBe(0)
      }
    }),
    { numRuns: 500 }
  )
}, 60_000)
