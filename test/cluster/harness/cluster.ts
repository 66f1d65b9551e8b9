import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemClock } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import { expect, onTestFinished } from 'vitest'
import { ClusterMember } from './cluster-member.ts'

export interface ClusterPlan {
  /** Where a node keeps its data, for those that do not keep it in a folder of the test. */
  readonly directories?: Readonly<Record<number, string>>
  /** Variables of the environment of all nodes. */
  readonly variables?: Readonly<Record<string, string>>
}

const RETRY_MS = 100
const clock = new SystemClock()

/** The processes of one network. The first founded it. */
export class Cluster {
  readonly members: readonly ClusterMember[]

  constructor(members: readonly ClusterMember[]) {
    this.members = members
  }

  member(index: number): ClusterMember {
    const found = this.members[index]
    if (found === undefined) throw new Error(`The cluster has no member ${index}`)
    return found
  }

  node(index: number): Promise<RemoteNode> {
    return this.member(index).node()
  }

  /** Every running node says that every replica holds what it holds. */
  async caughtUp(indexes: readonly number[] = [...this.members.keys()]): Promise<void> {
    await within(60_000, async () => {
      for (const index of indexes) {
        const { network } = await this.node(index)
        const { state, replicas } = await network.wait({ timeoutMs: 5_000 })
        expect({
          of: this.member(index).name,
          state,
          replicas: replicas.filter((each) => each.state !== 'caught-up')
        }).toEqual({
          of: this.member(index).name,
          state: 'caught-up',
          replicas: []
        })
      }
    })
  }

  /** All copies hold the same versions of the same contexts, looked at path by path. */
  async expectEqual(indexes: readonly number[] = [...this.members.keys()]): Promise<void> {
    const copies = await Promise.all(indexes.map(async (index) => versionsOf(await this.node(index))))
    for (const copy of copies) expect(copy).toEqual(copies[0])
    for (const index of indexes) await expectComparedEqual(await this.node(index))
  }
}

/** Starts a network of so many nodes, which end with the test. */
export async function startCluster(count: number, plan: ClusterPlan = {}): Promise<Cluster> {
  const { directories = {}, variables = {} } = plan
  const folder = await mkdtemp(join(tmpdir(), 'hcfs-cluster-'))
  const members = Array.from(
    { length: count },
    (_, index) => new ClusterMember(`node${index}`, directories[index] ?? join(folder, `${index}`), variables)
  )
  onTestFinished(async ({ task }) => {
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()))
    // What the nodes logged stays where somebody may look at it.
    if (task.result?.state !== 'fail') await rm(folder, { recursive: true, force: true })
  })
  const [first, ...others] = members
  if (first === undefined) throw new Error('A cluster has at least one node')
  await first.start()
  if (others.length > 0) {
    const ticket = await first.ticket(others.length)
    await Promise.all(others.map((member) => member.start('--join', ticket)))
  }
  return new Cluster(members)
}

/** Tries until it holds, or fails as the last try did. */
export async function within<Result>(timeoutMs: number, attempt: () => Promise<Result>): Promise<Result> {
  const until = clock.monotonicMs() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (clock.monotonicMs() >= until) throw error
      await clock.wait(RETRY_MS)
    }
  }
}

/** By fingerprints, and some contexts by what readers see. */
async function expectComparedEqual({ network }: RemoteNode): Promise<void> {
  const compared = await network.compare()
  expect(compared.length).toBeGreaterThan(0)
  expect(compared.filter(({ state }) => state !== 'equal')).toEqual([])
}

async function versionsOf({ contexts }: RemoteNode): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for await (const { path, version } of contexts.list('/', { recursive: true })) versions[path] = version ?? ''
  return versions
}
