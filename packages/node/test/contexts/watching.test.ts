import type { WatchedChange } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'

const WATCHERS = 4

test('Watchers who share the reading see what one sees who reads everything later', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 }), async (groups) => {
      await using node = await openNode({ memory: true })
      const count = groups.reduce((sum, size) => sum + size, 0)
      const watching = Array.from({ length: WATCHERS }, () => take(node, count))
      for (const [round, size] of groups.entries()) await putTogether(node, round, size)
      const later = await take(node, count)
      expect(later).toHaveLength(count)
      for (const seen of await Promise.all(watching)) expect(seen).toEqual(later)
    }),
    { numRuns: 20 }
  )
})

/** Commits that are made at once, so that watchers wake behind one as well as behind several. */
async function putTogether(node: HcfsNode, round: number, size: number): Promise<void> {
  await Promise.all(
    Array.from({ length: size }, (_, index) => node.contexts.put(`/round-${round}/${index}`, { body: 'x' }))
  )
}

async function take(node: HcfsNode, count: number): Promise<WatchedChange[]> {
  const changes: WatchedChange[] = []
  for await (const change of node.contexts.watch('/', { from: 0 })) {
    changes.push(change)
    if (changes.length === count) break
  }
  return changes
}
