import { ManualClock, parsePath, ROOT_PATH, SeededRandom, silentLogger } from '@hcfs/core'
import type { SyncOutcome, SyncSource, Transition } from '@hcfs/crdt'
import { documentIdOf, followSession, leadSession, leafOf } from '@hcfs/crdt'
import { expect, onTestFinished, test } from 'vitest'
import type { Founding } from '../../../../test/simulation/founding.ts'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import { ReplicaSyncSource } from '../../src/replication/replica-sync-source.ts'
import { SessionRun } from '../../src/replication/session-run.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import type { MadeReplica } from './replica-adapter.ts'
import { makeReplica } from './replica-adapter.ts'

const DOCUMENTS = 300
/** More than a thousand chains are not compared one by one: the trie is. */
const MANY_CHAINS = 5_000

interface Replicas {
  readonly founding: Founding
  readonly ada: MadeReplica
  readonly bob: MadeReplica
}

test('where there are too many chains to compare, the trie leads to what differs', async () => {
  const replicas = await twoThatAreEqual()
  await write(replicas.ada, ['/1', '/77', '/new-of-ada'], 'by ada')
  await write(replicas.bob, ['/1', '/200', '/new-of-bob'], 'by bob')
  expect(await converse(replicas)).toEqual({ reason: 'exchanged', received: 1, sent: 1 })
  expect(rootOf(replicas.ada)).toBe(rootOf(replicas.bob))
  expect(await converse(replicas)).toEqual({ reason: 'equal' })
})

test('an audit finds the document that one side shows otherwise, though its heads are equal', async () => {
  const replicas = await twoThatAreEqual()
  const doc = documentIdOf(ROOT_PATH, parsePath('/42'))
  const auditLeaves = [leafOf(doc)]
  expect(await converse(replicas, { auditLeaves })).toEqual({ reason: 'equal' })
  const { ada } = replicas
  const rows: MadeReplica['state']['rows'] = {
    inSpace: (context) => {
      const row = ada.state.rows.inSpace(context)
      return row === undefined ? undefined : { ...row, content: { ...row.content, body: 'merged wrongly' } }
    }
  }
  const faulty = { ...replicas, ada: { ...ada, state: { ...ada.state, rows } } }
  expect(await converse(faulty, { auditLeaves })).toMatchObject({ reason: 'diverged', docs: [doc] })
})

async function twoThatAreEqual(): Promise<Replicas> {
  const founding = foundNetwork(new SeededRandom(11), { memberCount: 2 })
  const made = founding.members.map((member) => makeReplica({ founding, member, store: new MemoryStore() }))
  for (const { replica } of made) {
    await replica.start()
    onTestFinished(() => replica.stop())
  }
  const [ada, bob] = made as [MadeReplica, MadeReplica]
  const paths = Array.from({ length: DOCUMENTS }, (_, index) => `/${index}`)
  for (let first = 0; first < DOCUMENTS; first += 100)
    await write(ada, paths.slice(first, first + 100), 'in the beginning')
  const replicas = { founding, ada, bob }
  await converse(replicas)
  expect(rootOf(ada)).toBe(rootOf(bob))
  return replicas
}

/** One session that Ada leads, over a stream that is a microtask. */
async function converse(
  { founding, ada, bob }: Replicas,
  { auditLeaves = [] as readonly number[] } = {}
): Promise<SyncOutcome> {
  const { network } = founding.policy
  const sides: SessionRun[] = []
  const run = (made: MadeReplica, first: Transition, other: number): SessionRun =>
    new SessionRun(
      {
        clock: new ManualClock(),
        log: silentLogger,
        receiver: made.receiver,
        policy: { take: async () => {} },
        isAllowed: () => true,
        abandon: () => {},
        send: async (message) => queueMicrotask(() => void sides[other]!.hear(message)),
        sourceOf: (space, signal) => manyChains(sourceOf(made, founding, { space, signal }))
      },
      first
    )
  sides.push(run(ada, leadSession({ network, space: ROOT_PATH, auditLeaves }), 1))
  const session = followSession({ network, refusalFor: () => undefined })
  sides.push(run(bob, { session, effects: [] }, 0))
  const [outcome] = await Promise.all(sides.map((side) => side.run()))
  return outcome!
}

function sourceOf(
  { state }: MadeReplica,
  { policy }: Founding,
  options: ConstructorParameters<typeof ReplicaSyncSource>[1]
): SyncSource {
  const entriesAfter = async () => ({ entries: [], epoch: policy.epoch, isLast: true })
  return new ReplicaSyncSource({ state, policy: { state: policy, entriesAfter } }, options)
}

function manyChains(source: SyncSource): SyncSource {
  return {
    summary: async () => ({ ...(await source.summary()), chains: MANY_CHAINS }),
    frontier: () => source.frontier(),
    sums: (question) => source.sums(question),
    rows: (question) => source.rows(question),
    heads: (docs) => source.heads(docs),
    lacking: (tips) => source.lacking(tips),
    places: (ids) => source.places(ids),
    commits: (question) => source.commits(question),
    policy: (question) => source.policy(question)
  }
}

async function write({ replica }: MadeReplica, names: readonly string[], text: string): Promise<void> {
  const paths = names.map((name) => parsePath(name))
  await replica.write({
    paths,
    decide: () => paths.map((path) => ({ kind: 'update', path, operations: [{ kind: 'body.replace', text }] }))
  })
}

function rootOf({ replica }: MadeReplica): string {
  return Buffer.from(replica.fingerprints.root().sum).toString('hex')
}
