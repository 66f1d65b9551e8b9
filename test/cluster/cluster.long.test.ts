import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SmallDisk } from '../../packages/node/test/storage/small-disk.ts'
import { mountSmallDisk } from '../../packages/node/test/storage/small-disk.ts'
import type { Cluster } from './harness/cluster.ts'
import { startCluster, within } from './harness/cluster.ts'
import type { ClusterMember } from './harness/cluster-member.ts'
import { WriteLoad } from './harness/write-load.ts'

const MEBIBYTE = 1_048_576
const [FIRST, KILLED, FROZEN, CROWDED, AWAY, REVOKED] = [0, 1, 2, 3, 4, 5] as const
const STAYING = [FIRST, KILLED, FROZEN, CROWDED, AWAY]
const MINUTES_MS = 60_000
const MISSED_COMMITS = 2_000

/*
 * Goal: whatever happens to single nodes, all end up equal, nothing that a node acknowledged is lost,
 * and a receipt that names holders is true.
 * Method: six processes that are all written to without a pause. One after the other is killed, frozen, run out
 * of disk, kept away for thousands of commits, and revoked while it writes.
 */
test('a cluster under load outlives kills, a freeze, a full disk, a long absence and a revocation', async (context) => {
  const disk = mountSmallDisk(context, 96 * MEBIBYTE)
  const cluster = await startCluster(6, { directories: { [CROWDED]: join(disk.path, 'data') } })
  const loads = cluster.members.map((member) => new WriteLoad(member))
  onTestFinished(async () => {
    await Promise.all(loads.map((load) => load.stop()))
  })
  const all = () => loads.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
  await grown(all, 200)

  await cluster.member(AWAY).stop()
  const absentSince = all()
  await killedTwice(cluster.member(KILLED), all)
  await frozenAWhile(cluster, all)
  await withoutRoom(cluster, disk, loads[CROWDED]!)
  await within(10 * MINUTES_MS, async () => expect(all() - absentSince).toBeGreaterThan(MISSED_COMMITS))
  await cluster.member(AWAY).start()
  await grown(all, 100)
  await revokedWhileItWrites(cluster, loads[REVOKED]!)
  await grown(all, 100)
  await Promise.all(loads.map((load) => load.stop()))

  await within(3 * MINUTES_MS, () => cluster.caughtUp(STAYING))
  await cluster.expectEqual(STAYING)
  for (const index of STAYING) await expectEverything(cluster, index, loads)
  for (const index of STAYING) expect((await (await cluster.node(index)).verify()).problems).toEqual([])
})

/** Waits for so many more writes. */
async function grown(all: () => number, more: number): Promise<void> {
  const goal = all() + more
  await within(3 * MINUTES_MS, async () => expect(all()).toBeGreaterThan(goal))
}

async function killedTwice(member: ClusterMember, all: () => number): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await member.kill()
    await grown(all, 50)
    await member.start()
    await grown(all, 50)
  }
}

/** The others say by name who lags, and go on. */
async function frozenAWhile(cluster: Cluster, all: () => number): Promise<void> {
  const { name } = cluster.member(FROZEN)
  cluster.member(FROZEN).freeze()
  await grown(all, 100)
  const { network } = await cluster.node(FIRST)
  await within(MINUTES_MS, async () => {
    const [space] = (await network.status('/')).spaces
    expect(space?.replicas).toContainEqual(expect.objectContaining({ name, state: 'behind' }))
  })
  cluster.member(FROZEN).thaw()
}

async function withoutRoom(cluster: Cluster, disk: SmallDisk, load: WriteLoad): Promise<void> {
  const filler = Buffer.alloc(MEBIBYTE, 1)
  for (let count = 0, isFull = false; !isFull; count += 1) {
    isFull = await writeFile(join(disk.path, `filler${count}`), filler).then(
      () => false,
      () => true
    )
  }
  await within(2 * MINUTES_MS, async () => expect([...load.failures.keys()]).toContain('STORAGE_FULL'))
  const { network } = await cluster.node(FIRST)
  const { name } = cluster.member(CROWDED)
  await within(2 * MINUTES_MS, async () => {
    const [space] = (await network.status('/')).spaces
    expect(space?.replicas).toContainEqual(expect.objectContaining({ name, reason: 'disk-full' }))
  })
  disk.resize(1_024 * MEBIBYTE)
  const before = load.acknowledged.length
  await within(2 * MINUTES_MS, async () => expect(load.acknowledged.length).toBeGreaterThan(before + 10))
}

/** What the owner's node held of it then stays for everybody; the rest counts nowhere. */
async function revokedWhileItWrites(cluster: Cluster, load: WriteLoad): Promise<void> {
  const before = load.acknowledged.filter(({ holders }) => holders?.includes(cluster.member(FIRST).name))
  const { network } = await cluster.node(FIRST)
  const { outcome } = await network.revoke(cluster.member(REVOKED).ready.node)
  expect(outcome?.state).toBe('signed')
  await load.stop()
  // Of what came later nothing was promised to be elsewhere.
  load.acknowledged.splice(0, load.acknowledged.length, ...before)
}

async function expectEverything(cluster: Cluster, index: number, loads: readonly WriteLoad[]): Promise<void> {
  const { contexts } = await cluster.node(index)
  const found = new Set<string>()
  for await (const { path } of contexts.list('/load', { recursive: true })) found.add(path)
  const lost: string[] = []
  for (const { acknowledged } of loads) {
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const { path } of acknowledged) if (!found.has(path)) lost.push(path)
    const { path, body } = acknowledged.at(-1)!
    expect(await contexts.get(path)).toMatchObject({ body })
  }
  expect(lost).toEqual([])
}
