import type { CommitId, ContextPath, GrantId, HybridTime, PayloadHash } from '@hcfs/core'
import { hybridTime, networkId, parsePath, payloadHash } from '@hcfs/core'
import type { Commit, CommitEntry, CommitHeader } from '../../src/commit/commit.ts'
import type { DeviceKey } from '../../src/commit/device-key.ts'
import type { Chain, ChainEnd } from '../../src/commit/policy-view.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { ada, bob, commitNamed, hashOf, NETWORK } from './sample-commits.ts'
import { chainKey, cutKey, GRANTS, INNER, KNOWN_GRANTS, ROOT, TestPolicy } from './test-policy.ts'

/**
 * A history: a few authors write a few contexts, mostly as honest nodes do, and
 * now and then as none should. The policy grows once, and then has cuts and
 * settlements.
 */
export interface World {
  /** Parents first. */
  readonly commits: readonly Commit[]
  /** Commits that never arrive. */
  readonly lost: ReadonlySet<CommitId>
  /** Of these, the ones whose header arrives in a proof. */
  readonly exposed: ReadonlySet<CommitId>
  readonly lostPayloads: ReadonlySet<PayloadHash>
  readonly badPayloads: ReadonlySet<PayloadHash>
  /** The cuts and settlements of the last policy. */
  readonly ends: readonly (readonly [string, ChainEnd])[]
  readonly firstPolicy: TestPolicy
  readonly lastPolicy: TestPolicy
}

/** What a commit may have of its own that an honest one has not. */
export const ODDITIES = [
  'fork',
  'wrong-seq',
  'wrong-prev',
  'hlc-of-prev',
  'hlc-of-dep',
  'low-epoch',
  'high-epoch',
  'foreign-grant',
  'unknown-grant',
  'late-grant',
  'narrow-grant',
  'forgets-own',
  'dep-of-other-context',
  'unknown-dep',
  'bad-payload',
  'lost-payload',
  'lost',
  'exposed',
  'other-network',
  'key-epoch',
  'future'
] as const

export type Oddity = (typeof ODDITIES)[number] | 'none'

/** One commit to write. */
export interface Step {
  readonly isAda: boolean
  readonly incarnation: number
  readonly isInner: boolean
  readonly names: readonly string[]
  readonly oddity: Oddity
  readonly isNewEpoch: boolean
  /** Chooses among tips of a forked chain, among heads, and so on. */
  readonly pick: number
}

export const NOW = hybridTime(1_790_000_000_000_000)
const HOUR = 3_600_000_000

export class WorldBuilder {
  readonly #commits: Commit[] = []
  readonly #marked = new Map<string, Oddity>()

  build(steps: readonly Step[], cuts: readonly (readonly [number, GrantId])[], settlements: readonly number[]): World {
    for (const each of steps) this.#write(each)
    const settled = new Map(settlements.map((pick) => this.#endAt(pick)).map(([chain, end]) => [chainKey(chain), end]))
    const cutEnds = new Map(cuts.map(([pick, grant]) => this.#cutAt(pick, grant)))
    const grants = new Map([...KNOWN_GRANTS, [GRANTS.late, { author: ada.deviceId, under: ROOT, fromEpoch: 0 }]])
    return {
      commits: this.#commits,
      lost: new Set([...this.#having('lost'), ...this.#having('exposed')]),
      exposed: new Set(this.#having('exposed')),
      lostPayloads: new Set(this.#payloadsOf('lost-payload')),
      badPayloads: new Set(this.#payloadsOf('bad-payload')),
      ends: [...settled, ...cutEnds],
      firstPolicy: new TestPolicy({ epoch: 1 }),
      lastPolicy: new TestPolicy({ epoch: 2, grants, cuts: cutEnds, settlements: settled })
    }
  }

  #write(each: Step): void {
    const { oddity } = each
    const key = each.isAda ? ada : bob
    const chain = this.#commits.filter(({ header }) => chainKey(header) === chainKey(chainOf(each)))
    const prev = this.#prevOf(each, chain)
    const entries = each.names.map((name, index) => this.#entry(each, { key, prev, path: pathFor(each, name), index }))
    const parents = [prev, ...entries.flatMap(({ deps }) => deps.map((id) => this.#find(id)))]
    const headers = parents.flatMap((parent) => (parent === undefined ? [] : [parent.header]))
    const header = {
      network: oddity === 'other-network' ? networkId(hashOf('other')) : NETWORK,
      space: each.isInner ? INNER : ROOT,
      incarnation: each.incarnation,
      ...placeAfter(prev, oddity),
      epoch: epochOf(each, headers),
      hlc: hlcOf(each, { prev, headers }),
      ...(oddity === 'key-epoch' && { keyEpoch: 1 }),
      note: `commit ${this.#commits.length}`
    }
    const commit = signCommit({ header, entries: entries.map(prepareEntry) }, key)
    this.#commits.push(commit)
    this.#marked.set(commit.id, oddity)
  }

  /** Mostly the end of the chain; of one of its branches, if it is forked. */
  #prevOf({ oddity, pick }: Step, chain: readonly Commit[]): Commit | undefined {
    const tips = chain.filter(({ id }) => !chain.some(({ header }) => header.prev === id))
    const tip = tips[pick % Math.max(1, tips.length)]
    if (oddity === 'wrong-prev') return this.#commits[pick % Math.max(1, this.#commits.length)]
    return oddity === 'fork' && tip !== undefined ? this.#find(tip.header.prev) : tip
  }

  #entry(
    { oddity, pick, isInner }: Step,
    { key, prev, path, index }: { key: DeviceKey; prev: Commit | undefined; path: ContextPath; index: number }
  ): CommitEntry {
    const payload = payloadHash(hashOf(`payload ${this.#commits.length} ${index}`))
    const isOdd = index === 0
    const seen = this.#seenBy(prev, { space: isInner ? INNER : ROOT, pick })
    const deps = headsOf(path, seen)
    const entry = {
      path,
      kind: 'update' as const,
      grant: key === ada ? GRANTS.ada : GRANTS.bob,
      deps,
      clients: [],
      payloadHash: payload,
      payloadBytes: 1
    }
    return isOdd ? { ...entry, ...this.#oddly(oddity, entry, key) } : entry
  }

  #oddly(oddity: Oddity, { deps }: CommitEntry, key: DeviceKey): Partial<CommitEntry> {
    switch (oddity) {
      case 'foreign-grant':
        return { grant: key === ada ? GRANTS.bob : GRANTS.ada }
      case 'unknown-grant':
        return { grant: GRANTS.ada.replace(/^./, 'f') as GrantId }
      case 'late-grant':
        return { grant: GRANTS.late }
      case 'narrow-grant':
        return { grant: GRANTS.narrow }
      case 'forgets-own':
        return { deps: [] }
      case 'unknown-dep':
        return { deps: [...deps, commitNamed('nowhere')] }
      case 'dep-of-other-context':
        return { deps: this.#commits.slice(0, 1).map(({ id }) => id) }
      default:
        return {}
    }
  }

  /** All of a space, or (one time in three) only what the author of `prev` wrote. */
  #seenBy(prev: Commit | undefined, { space, pick }: { space: ContextPath; pick: number }): Commit[] {
    const written = this.#commits.filter(({ header }) => header.space === space)
    return pick % 3 === 0 ? written.filter(({ header }) => header.author === prev?.header.author) : written
  }

  #endAt(pick: number): [chain: Chain, end: ChainEnd] {
    const { id, header } = this.#commits[pick % this.#commits.length]!
    return [header, { seq: header.seq, id }]
  }

  #cutAt(pick: number, grant: GrantId): [key: string, end: ChainEnd] {
    const [chain, end] = this.#endAt(pick)
    return [cutKey({ ...chain, grant }), pick % 8 === 0 ? { seq: 0 } : end]
  }

  #having(oddity: Oddity): CommitId[] {
    return this.#commits.filter(({ id }) => this.#marked.get(id) === oddity).map(({ id }) => id)
  }

  #payloadsOf(oddity: Oddity): PayloadHash[] {
    return this.#having(oddity).flatMap((id) => this.#find(id)?.entries[0]?.payloadHash ?? [])
  }

  #find(id: CommitId | undefined): Commit | undefined {
    return this.#commits.find((commit) => commit.id === id)
  }
}

function chainOf({ isAda, incarnation, isInner }: Step): Chain {
  return { author: (isAda ? ada : bob).deviceId, incarnation, space: isInner ? INNER : ROOT }
}

function pathFor({ isInner, pick }: Step, name: string): ContextPath {
  // Now and then a context of the inner space is written in the outer one, as before epoch 1.
  const parent = isInner || pick % 7 === 0 ? '/inner' : ''
  return parsePath(name === '' ? parent || '/' : `${parent}/${name}`)
}

function placeAfter(prev: Commit | undefined, oddity: Oddity): Pick<CommitHeader, 'seq' | 'prev'> {
  if (prev === undefined) return { seq: 1 }
  return { seq: prev.header.seq + (oddity === 'wrong-seq' ? 2 : 1), prev: prev.id }
}

function epochOf({ oddity, isNewEpoch }: Step, parents: readonly CommitHeader[]): number {
  const lowest = Math.max(1, ...parents.map(({ epoch }) => epoch))
  if (oddity === 'low-epoch') return 0
  if (oddity === 'high-epoch') return 3
  return isNewEpoch ? 2 : lowest
}

function hlcOf(
  { oddity }: Step,
  { prev, headers }: { prev: Commit | undefined; headers: readonly CommitHeader[] }
): HybridTime {
  const latest = Math.max(NOW - HOUR, ...headers.map(({ hlc }) => hlc))
  if (oddity === 'hlc-of-prev') return prev?.header.hlc ?? hybridTime(latest + 1)
  if (oddity === 'hlc-of-dep') return hybridTime(Math.max(latest, NOW - HOUR))
  if (oddity === 'future') return hybridTime(NOW + HOUR)
  return hybridTime(latest + 1)
}

function headsOf(path: ContextPath, seen: readonly Commit[]): CommitId[] {
  const writing = seen.filter(({ entries }) => entryAt(entries, path) !== undefined)
  const superseded = new Set(writing.flatMap(({ entries }) => entryAt(entries, path)?.deps ?? []))
  return writing.filter(({ id }) => !superseded.has(id)).map(({ id }) => id)
}

function entryAt(entries: readonly CommitEntry[], path: ContextPath): CommitEntry | undefined {
  return entries.find((entry) => entry.path === path)
}
