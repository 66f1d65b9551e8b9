import type { GrantId } from '@hcfs/core'
import { hybridTime, parsePath, ROOT_PATH } from '@hcfs/core'
import type { CommitEntry, DeviceKey } from '@hcfs/crdt'
import { ContextDocument, clientIdOf, describePayload, documentIdOf, prepareEntry, signCommit } from '@hcfs/crdt'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { ReceivedCommit } from '../../../packages/node/src/replica/received-commit.ts'
import { keyOf, START_MS, TestNetwork } from '../../../packages/node/test/replica/test-network.ts'
import { TestReplica } from '../../../packages/node/test/replica/test-replica.ts'

/*
 * Goal: which of two entries has the Yjs clocks that both claim depends on neither's arrival.
 * Method: client ids of 53 bits cannot be made to collide within a test, so ids of 8 sessions are
 * made one, as a search of some minutes would. Entries that claim the same clocks, and others that
 * follow them, arrive in every order, with restarts; all replicas agree with a rule that sees everything.
 */

vi.mock(import('../../../packages/crdt/src/document/ids.ts'), async (original) => {
  const ids = await original()
  return {
    ...ids,
    // Incarnations 100 and up are those of the attacker: all write under one client id.
    clientIdOf: (source) => ids.clientIdOf(source.incarnation >= 100 ? { ...source, incarnation: 100 } : source)
  }
})

const PATH = parsePath('/doc')
const DOC = documentIdOf(ROOT_PATH, PATH)
const ATTACKER = keyOf(5)

interface Claim {
  readonly hlc: number
  /** Writes upon the claim before it in the list. */
  readonly follows: boolean
}

const claim = fc.record({ hlc: fc.integer({ min: 1, max: 4 }), follows: fc.boolean() })

test('of entries that claim the same clocks the one dated first applies, whatever the order of arrival', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(claim, { minLength: 2, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      fc.infiniteStream(fc.nat(3)),
      async (claims, order, interrupts) => {
        const network = new TestNetwork()
        const { id: grant } = network.grant(ATTACKER)
        const commits = claimed(claims, { network, grant, key: ATTACKER })
        const states: unknown[] = []
        for (let copy = 0; copy < 3; copy += 1) {
          const replica = await openCopy(network, grant)
          const ranks = [...order.take(commits.length)]
          const shuffled = commits.toSorted((a, b) => ranks[commits.indexOf(a)]! - ranks[commits.indexOf(b)]!)
          for (const each of shuffled) {
            await replica.replica.receiveCommits([each])
            if ([...interrupts.take(1)][0] === 0) await replica.restart()
          }
          await replica.replica.receiveCommits(commits)
          expect(await replica.problems()).toEqual([])
          states.push(await replica.state())
          expect(await replica.verdicts()).toEqual(oracle(commits))
          await replica.replica.stop()
        }
        expect(states[1]).toEqual(states[0])
        expect(states[2]).toEqual(states[0])
      }
    ),
    { numRuns: 60 }
  )
}, 120_000)

test('the mock makes what it says', () => {
  const { deviceId: author } = ATTACKER
  const idOf = (incarnation: number) => clientIdOf({ author, docId: DOC, incarnation, session: 0 })
  expect(idOf(100)).toBe(idOf(101))
  expect(idOf(1)).not.toBe(idOf(2))
})

function openCopy({ clock, policy, firstGrant }: TestNetwork, _grant: GrantId): Promise<TestReplica> {
  return TestReplica.open({ key: keyOf(9), grant: firstGrant, clock, policy })
}

/** One commit each, in an incarnation of its own. */
function claimed(
  claims: readonly Claim[],
  { network, grant, key }: { network: TestNetwork; grant: GrantId; key: DeviceKey }
): ReceivedCommit[] {
  const made: { commit: ReceivedCommit; document: ContextDocument; hlc: number }[] = []
  for (const [index, { hlc, follows }] of claims.entries()) {
    const parent = follows ? made.at(-1) : undefined
    const document = parent?.document.copy() ?? ContextDocument.empty(DOC)
    const time = hybridTime(START_MS * 1_000 + Math.max(hlc, (parent?.hlc ?? 0) + 1))
    const writer = { author: key.deviceId, incarnation: 100 + index }
    const edit = document.edit([{ kind: 'tag.add', tag: `by-${index}` }], { writer, hlc: time })!
    const entry: CommitEntry = {
      path: PATH,
      kind: 'update',
      grant,
      deps: parent === undefined ? [] : [parent.commit.commit.id],
      clients: edit.clients,
      ...describePayload(edit.payload)
    }
    const header = { network: network.policy.network, space: ROOT_PATH, incarnation: 100 + index, seq: 1 }
    const commit = signCommit(
      { header: { ...header, epoch: network.policy.epoch, hlc: time }, entries: [prepareEntry(entry)] },
      key
    )
    made.push({ commit: { commit, payloads: [edit.payload] }, document, hlc: time - START_MS * 1_000 })
  }
  return made.map(({ commit }) => commit)
}

/** In the order of (hlc, id): what is in nobody's way that applies, and follows what applies, does. */
function oracle(commits: readonly ReceivedCommit[]): Record<string, string> {
  const outcomes = new Map<string, string>()
  const applied: ReceivedCommit[] = []
  const inOrder = commits
    .map((each) => each)
    .sort(({ commit: a }, { commit: b }) => a.header.hlc - b.header.hlc || (a.id < b.id ? -1 : 1))
  for (const each of inOrder) {
    const { id, entries } = each.commit
    const { deps, clients } = entries[0]!
    const isTaken = applied.some(({ commit }) =>
      commit.entries[0]!.clients.some(({ clock, len }) =>
        clients.some((own) => own.clock < clock + len && clock < own.clock + own.len)
      )
    )
    const parent = deps.map((dep) => outcomes.get(dep)).find((outcome) => outcome !== 'apply')
    const outcome = parent !== undefined ? 'held dep-void' : isTaken ? 'held clock-taken' : 'apply'
    outcomes.set(id, outcome)
    if (outcome === 'apply') applied.push(each)
  }
  return Object.fromEntries([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)))
}
