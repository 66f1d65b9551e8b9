import type { GrantId } from '@hcfs/core'
import { hybridTime, ManualClock, parsePath, ROOT_PATH } from '@hcfs/core'
import type { Commit, Genesis, PolicyState, SignedGrant, SpaceFrontier, Statement } from '@hcfs/crdt'
import {
  DeviceKey,
  firstGrantOf,
  networkOf,
  PolicyLog,
  SignatureVerifier,
  signGrant,
  signPolicyEntry
} from '@hcfs/crdt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JudgmentOracle } from '../../../packages/crdt/test/commit/judgment-oracle.ts'
import type { ReceivedCommit } from '../../../packages/node/src/replica/received-commit.ts'
import { TestReplica } from '../../../packages/node/test/replica/test-replica.ts'

/*
 * Goal: what replicas hold depends on the commits and the policy alone.
 * Method: an honest device, one whose right is taken away, and one that two machines write as (a clone) write at
 * random and show each other some of it. The owner takes a right with a cut somewhere, and settles one branch of
 * the clone, and makes a space of what was written in another. Three replicas get commits and policies in orders of
 * their own, are started anew in between, and lose power while they write.
 * In the end all agree on everything, with an oracle on every verdict, and their stores verify.
 */

/** `/inner` is a space from the beginning, and `/late` becomes one when everything is written. */
const PATHS = ['/a', '/b', '/late/c', '/inner/d'] as const
const INNER = parsePath('/inner')
const SPACES = [ROOT_PATH, INNER] as const
/** The right of `delegate` was given by `honest`, and nobody knows of it at first. */
const AUTHORS = ['honest', 'taken', 'delegate', 'clone', 'twin'] as const
type Author = (typeof AUTHORS)[number]
type Device = Exclude<Author, 'twin'>

const author = fc.constantFrom(...AUTHORS)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), author, path: fc.constantFrom(...PATHS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), author, path: fc.constantFrom(...PATHS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('show' as const), author, to: author }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note-cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note-branch' as const), of: fc.constantFrom('clone', 'twin') }) }
)
const arrival = fc.record({
  order: fc.infiniteStream(fc.nat()),
  sizes: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
  interrupts: fc.infiniteStream(fc.nat(11)),
  crashes: fc.infiniteStream(fc.integer({ min: 1, max: 6 }))
})

test('replicas agree on everything, whatever the order in which commits and policies arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 24 }),
      fc.tuple(arrival, arrival, arrival),
      async (steps, arrivals) => {
        const world = await World.open()
        for (const each of steps) await world.take(each)
        await world.expectAgreement(arrivals)
      }
    ),
    { numRuns: 60 }
  )
}, 240_000)

class World {
  readonly #owner = key(1)
  readonly #clock = new ManualClock(1_800_000_000_000)
  readonly #log: PolicyLog
  readonly #grants: Record<Device, GrantId>
  readonly #keys: Record<Device, DeviceKey> = { honest: key(3), taken: key(4), clone: key(5), delegate: key(6) }
  readonly #policies: PolicyState[] = []
  readonly #replicas = new Map<Author, TestReplica>()
  readonly #delegated: SignedGrant
  #cuts: readonly SpaceFrontier[] = []
  #branches: readonly SpaceFrontier[] = []
  #count = 0

  private constructor() {
    const genesis: Genesis = {
      ownerKey: this.#owner.deviceId,
      recoveryKey: key(2).deviceId,
      firstDevice: this.#keys.honest.deviceId,
      nonce: new Uint8Array(16),
      createdAtMs: 1_800_000_000_000
    }
    this.#log = new PolicyLog(genesis, new SignatureVerifier())
    const given = { network: networkOf(genesis), role: 'write', under: ROOT_PATH, fromEpoch: 1, depth: 0 } as const
    const grants = [this.#keys.taken, this.#keys.clone].map(({ deviceId }) =>
      signGrant({ ...given, subject: deviceId }, this.#owner)
    )
    const honest = firstGrantOf(genesis)
    const subject = this.#keys.delegate.deviceId
    this.#delegated = signGrant({ ...given, subject, parent: honest }, this.#keys.honest)
    this.#grants = { honest, taken: grants[0]!.id, clone: grants[1]!.id, delegate: this.#delegated.id }
    this.#enact([...grants.map((grant) => ({ kind: 'grant', grant }) as const), { kind: 'space', path: INNER }])
  }

  static async open(): Promise<World> {
    const world = new World()
    for (const each of AUTHORS) {
      const name = each === 'twin' ? 'clone' : each
      world.#replicas.set(each, await world.#open(world.#keys[name], world.#grants[name]))
    }
    return world
  }

  async take(each: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> {
    await this.#clock.advance(1_000)
    this.#count += 1
    if (each.do === 'write') await this.#of(each.author).write(each.path, `${each.author} ${this.#count}`)
    if (each.do === 'remove') await this.#remove(this.#of(each.author), each.path)
    // A clone that saw its twin would leave the chain; here nobody tells it.
    if (each.do === 'show' && keyOf(each.author) !== keyOf(each.to)) await this.#show(each.author, each.to)
    if (each.do === 'note-cut') this.#cuts = this.#frontiersOf('taken')
    if (each.do === 'note-branch') this.#branches = this.#frontiersOf(each.of === 'twin' ? 'twin' : 'clone')
  }

  async expectAgreement(
    arrivals: readonly (typeof arrival extends fc.Arbitrary<infer One> ? One : never)[]
  ): Promise<void> {
    this.#takeAndSettle()
    const commits = await this.#everything()
    const copies = await Promise.all(arrivals.map((each) => this.#arrive(commits, each)))
    const expected = await copies[0]!.state()
    for (const copy of copies) {
      expect(copy.replica.parked()).toEqual([])
      expect(await copy.state()).toEqual(expected)
      expect(await copy.problems()).toEqual([])
    }
    expect(await copies[0]!.verdicts()).toEqual(this.#oracle(commits))
  }

  #takeAndSettle(): void {
    this.#log.addGrant(this.#delegated)
    this.#policies.push(this.#log.state)
    this.#enact([{ kind: 'revoke', grant: this.#grants.taken, cuts: this.#cuts }])
    this.#enact([{ kind: 'space', path: parsePath('/late') }])
    if (this.#branches.length > 0) this.#enact(this.#branches.map((frontier) => ({ kind: 'settle', frontier })))
  }

  async #arrive(
    commits: readonly ReceivedCommit[],
    { order, sizes, interrupts, crashes }: typeof arrival extends fc.Arbitrary<infer One> ? One : never
  ): Promise<TestReplica> {
    const copy = await this.#open(key(9), this.#grants.honest)
    const ranks = [...order.take(commits.length)]
    const left = commits.toSorted((a, b) => ranks[commits.indexOf(a)]! - ranks[commits.indexOf(b)]!)
    const policies = this.#policies.slice(1)
    while (left.length > 0) {
      const some = left.splice(0, [...sizes.take(1)][0])
      const [interrupt] = [...interrupts.take(1)]
      const crash = [...crashes.take(1)][0]!
      if (interrupt === 4) await copy.crashAt(crash, copy.policy, (replica) => replica.receiveCommits(some))
      else await copy.replica.receiveCommits(some)
      if (interrupt === 0) await copy.restart()
      const next = [1, 2, 3].includes(interrupt!) ? policies.shift() : undefined
      if (next === undefined) continue
      if (interrupt === 1) await copy.adopt(next)
      if (interrupt === 2) await copy.restartWith(next)
      if (interrupt === 3) await copy.crashAt(crash, next, (replica) => replica.adoptPolicy(next))
    }
    for (const policy of policies) await copy.adopt(policy)
    // What was parked when it was started anew has to come again.
    await copy.replica.receiveCommits(commits)
    return copy
  }

  #oracle(commits: readonly ReceivedCommit[]): Record<string, string> {
    const oracle = new JudgmentOracle({
      commits: new Map(commits.map(({ commit }) => [commit.id, commit])),
      seen: [],
      payloads: new Set(
        commits.flatMap(({ commit }) => commit.entries.flatMap(({ payloadHash }) => payloadHash ?? []))
      ),
      validPayload: () => true,
      policy: this.#log.state,
      nowHlc: hybridTime(this.#clock.now() * 1_000)
    })
    const ids = commits.map(({ commit }) => commit.id).sort()
    return Object.fromEntries(ids.map((id) => [id, oracle.outcomeOf(id)]))
  }

  async #everything(): Promise<ReceivedCommit[]> {
    const found = new Map<string, ReceivedCommit>()
    for (const replica of this.#replicas.values()) {
      for (const each of await replica.commits()) found.set(each.commit.id, each)
    }
    return [...found.values()]
  }

  async #show(from: Author, to: Author): Promise<void> {
    const isForeign = ({ header }: Commit) => header.author !== this.#keys[keyOf(to)].deviceId
    await this.#of(to).replica.receiveCommits(
      (await this.#of(from).commits()).filter(({ commit }) => isForeign(commit))
    )
  }

  async #remove(replica: TestReplica, path: string): Promise<void> {
    if (replica.holds(path)) await replica.write(path, '', 'delete')
  }

  /** One tip of each chain: a forked one has several, and a settlement names one. */
  #frontiersOf(name: Author): readonly SpaceFrontier[] {
    const { deviceId } = this.#keys[keyOf(name)]
    return SPACES.map((space) => {
      const tips = this.#of(name).replica.tipsOf(space)
      return { space, tips: tips.filter((tip) => tip.author === deviceId).slice(0, 1) }
    }).filter(({ tips }) => tips.length > 0)
  }

  #enact(statements: readonly Statement[]): void {
    const { network, epoch, facts } = this.#log.state
    this.#log.addEntry(signPolicyEntry({ network, epoch: epoch + 1, prev: facts.head, statements }, this.#owner))
    this.#policies.push(this.#log.state)
  }

  #of(name: Author): TestReplica {
    return this.#replicas.get(name)!
  }

  #open(device: DeviceKey, grant: GrantId): Promise<TestReplica> {
    return TestReplica.open({ key: device, grant, clock: this.#clock, policy: this.#policies[0]! })
  }
}

function keyOf(name: Author): Device {
  return name === 'twin' ? 'clone' : name
}

function key(seed: number): DeviceKey {
  return DeviceKey.fromSeed(new Uint8Array(32).fill(seed))
}
