import type { CommitId } from '@hcfs/core'
import { parsePath, ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { ChainRange, ChainTip, CommitPlace, CommitSelection, SyncedCommit, SyncSource } from '@hcfs/crdt'
import { documentIdOf, leafOf } from '@hcfs/crdt'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import type { ReceivedBytes } from '../../src/replica/received-commit.ts'
import { ReplicaSyncSource } from '../../src/replication/replica-sync-source.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import { CommitSet, tipOf } from './commit-set.ts'
import type { MadeReplica } from './replica-adapter.ts'
import { makeReplica } from './replica-adapter.ts'

/*
 * Goal: what a session reads of a replica is what it would read of the bare set
 * of commits, whatever was written by whom in which order.
 * Method: two devices write and hear of each other at random points; every
 * question is put to the replica and to a list of its commits, which computes
 * each answer anew from all of them. Digests and roots are the trie's own business.
 */
const write = fc.record({
  by: fc.nat({ max: 1 }),
  paths: fc.uniqueArray(fc.constantFrom('/a', '/b', '/c', '/d'), { minLength: 1, maxLength: 3 }),
  hearsFirst: fc.boolean()
})

test('a replica answers a session as the bare set of its commits does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 12 }), fc.nat({ max: 4 }), async (writes, after) => {
      const { one, source } = await writtenBy(writes)
      const oracle = new CommitSet(one.commits)
      expect(byId(await source.frontier())).toEqual(byId(oracle.frontier()))
      const docs = oracle.docs()
      expect(await source.summary()).toMatchObject({ count: docs.length, chains: oracle.frontier().length })
      const { rows } = await source.rows({ leaves: allLeaves(), rowsMax: 1_000, withContents: false })
      expect(rows.map(({ docId }) => docId)).toEqual(docs)
      expect(await source.heads(docs)).toEqual(docs.map((docId) => oracle.heads(docId)))
      const ids = one.commits.map(({ commit: { id } }) => id)
      expect(await source.places(ids)).toEqual(one.commits.map(({ commit }) => tipOf(commit)))
      const ranges = oracle.frontier().map((tip) => ({ after: Math.min(after, tip.seq - 1), tip }))
      expect(await streamed(source, 'all')).toEqual(oracle.stream([]))
      expect(await streamed(source, ranges)).toEqual(oracle.stream(ranges))
      const unknown = { ...oracle.frontier()[0]!, id: 'e'.repeat(64) as CommitId }
      if (ids.length > 0) {
        expect(await source.lacking([...oracle.frontier(), unknown])).toEqual([{ tip: unknown, heldSeq: unknown.seq }])
      }
    }),
    { numRuns: 40 }
  )
})

test('a stream can be taken up at any commit, in batches of any size', async () => {
  const { one, source } = await writtenBy(
    Array.from({ length: 9 }, (_, by) => ({ by: by % 2, paths: [`/${by}`], hearsFirst: true }))
  )
  const all = await streamed(source, 'all')
  expect(all).toHaveLength(9)
  for (const [index, commit] of one.commits.entries()) {
    const place = { hlc: commit.commit.header.hlc, id: commit.commit.id }
    const rest = await source.commits({ selection: 'all', after: place, bytesMax: 1 })
    expect(rest.commits.map(({ commit: { id } }) => id)).toEqual(all.slice(index + 1, index + 2))
  }
})

test('a range that names a commit of another chain, or none that is here, is empty', async () => {
  const { source } = await writtenBy([{ by: 0, paths: ['/a'], hearsFirst: false }])
  const [tip] = (await source.frontier()) as [ChainTip]
  const wrong: ChainRange[] = [
    { after: 0, tip: { ...tip, incarnation: tip.incarnation + 1 } },
    { after: 0, tip: { ...tip, id: 'f'.repeat(64) as CommitId } }
  ]
  expect(await source.commits({ selection: wrong, bytesMax: 1_000 })).toEqual({ commits: [], isLast: true })
})

test('rows that do not fit are given from the last one on', async () => {
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`)
  const { source } = await writtenBy([{ by: 0, paths, hearsFirst: false }])
  const whole = await source.rows({ leaves: allLeaves(), rowsMax: 100, withContents: true })
  const first = await source.rows({ leaves: allLeaves(), rowsMax: 7, withContents: true })
  expect(first.isComplete).toBe(false)
  const after = first.rows.at(-1)!.docId
  const rest = await source.rows({ leaves: allLeaves(), rowsMax: 100, withContents: true, after })
  expect([...first.rows, ...rest.rows]).toEqual(whole.rows)
})

interface Write {
  readonly by: number
  readonly paths: readonly string[]
  readonly hearsFirst: boolean
}

async function writtenBy(writes: readonly Write[]): Promise<{ one: { commits: SyncedCommit[] }; source: SyncSource }> {
  const founding = foundNetwork(new SeededRandom(7), { memberCount: 2 })
  const made: MadeReplica[] = founding.members.map((member) =>
    makeReplica({ founding, member, store: new MemoryStore() })
  )
  for (const { replica } of made) await replica.start()
  const stop = async (): Promise<void> => {
    for (const { replica } of made) await replica.stop()
  }
  onTestFinished(stop)
  const [one, two] = made as [MadeReplica, MadeReplica]
  for (const { by, paths, hearsFirst } of writes) {
    const [writer, other] = by === 0 ? [one, two] : [two, one]
    if (hearsFirst) await handOver(other, writer)
    const parsed = paths.map((path) => parsePath(path))
    const text = `${writer.replica.changes.position} ${by}`
    await writer.replica.write({
      paths: parsed,
      decide: () => parsed.map((path) => ({ kind: 'update', path, operations: [{ kind: 'body.replace', text }] }))
    })
  }
  await handOver(two, one)
  const policy = { state: founding.policy, entriesAfter: async () => ({ entries: [], epoch: 0, isLast: true }) }
  const source = new ReplicaSyncSource(
    { state: one.state, policy },
    { space: ROOT_PATH, signal: new AbortController().signal }
  )
  const everything = await source.commits({ selection: 'all', bytesMax: Number.MAX_SAFE_INTEGER })
  expect(everything.commits).toHaveLength(one.replica.changes.position)
  return { one: { commits: [...everything.commits] }, source }
}

async function handOver(from: MadeReplica, to: MadeReplica): Promise<void> {
  const commits: ReceivedBytes[] = []
  for await (const each of from.replica.log.handedOver({ after: 0 })) commits.push(each)
  await to.replica.receive(commits)
}

async function streamed(source: SyncSource, selection: CommitSelection): Promise<CommitId[]> {
  const ids: CommitId[] = []
  let after: CommitPlace | undefined
  for (let isLast = false; !isLast; ) {
    const answer = await source.commits({ selection, ...(after !== undefined && { after }), bytesMax: 2_000 })
    ids.push(...answer.commits.map(({ commit }) => commit.id))
    const last = answer.commits.at(-1)?.commit
    if (last !== undefined) after = { hlc: last.header.hlc, id: last.id }
    isLast = answer.isLast
  }
  return ids
}

function byId(tips: readonly ChainTip[]): ChainTip[] {
  return tips.toSorted((left, right) => (left.id < right.id ? -1 : 1))
}

/** Of every context that is written here, and one that covers nothing. */
function allLeaves(): number[] {
  const paths = ['a', 'b', 'c', 'd', ...Array(20).keys()].map((name) => parsePath(`/${name}`))
  const leaves = paths.map((path) => leafOf(documentIdOf(ROOT_PATH, path)))
  return [...new Set([...leaves, 0])].sort((left, right) => left - right)
}
