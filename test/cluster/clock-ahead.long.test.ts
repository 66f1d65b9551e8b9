import { expect, test } from 'vitest'
import { startCluster, within } from './harness/cluster.ts'
import type { ClusterMember } from './harness/cluster-member.ts'

const AHEAD_MS = 600_000
const MINUTES_MS = 60_000
const PRELOAD = new URL('./harness/clock-ahead.ts', import.meta.url).href

/** Its clock jumps ahead, as when somebody sets it; the process begins anew. */
async function setAhead(member: ClusterMember): Promise<void> {
  await member.stop()
  member.variables = { NODE_OPTIONS: `--import=${PRELOAD}`, HCFS_TEST_CLOCK_AHEAD_MS: String(AHEAD_MS) }
  await member.start()
}

/*
 * Goal: a clock that is ten minutes ahead costs nobody anything but time.
 * Method: one node runs ahead; instead of waiting for ten minutes the others are set ahead later.
 */
test('what a node with a clock ten minutes ahead writes waits on the others, who say so, and nothing is lost', async () => {
  const cluster = await startCluster(3)
  await (await cluster.node(0)).contexts.put('/before', { body: 'by all clocks' })
  await cluster.caughtUp()

  await setAhead(cluster.member(2))
  const ahead = await cluster.node(2)
  const { node: author } = cluster.member(2).ready
  await ahead.contexts.put('/ahead', { body: 'from the future' })
  await (await cluster.node(0)).contexts.put('/present', { body: 'of today' })

  for (const index of [0, 1]) {
    const { network, contexts } = await cluster.node(index)
    await within(2 * MINUTES_MS, async () => {
      expect((await network.status()).parked).toContainEqual(
        expect.objectContaining({ author, reason: 'clock-ahead', count: 1 })
      )
    })
    await expect(contexts.get('/ahead')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  }
  await within(MINUTES_MS, async () => {
    expect(await ahead.contexts.get('/present')).toMatchObject({ body: 'of today' })
  })

  for (const index of [0, 1]) await setAhead(cluster.member(index))
  await within(2 * MINUTES_MS, () => cluster.caughtUp())
  await cluster.expectEqual()
  for (const index of [0, 1, 2]) {
    expect(await (await cluster.node(index)).contexts.get('/ahead')).toMatchObject({ body: 'from the future' })
  }
})
