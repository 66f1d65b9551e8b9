import type { CommitId, ContextPath, HybridTime, PayloadHash } from '@hcfs/core'
import type { Commit, CommitEntry } from '../../src/commit/commit.ts'
import type { ChainEnd, PolicyView } from '../../src/commit/policy-view.ts'
import type { CommitVerdict } from '../../src/commit/verdict.ts'

/** Everything there is to know. */
export interface Knowledge {
  readonly commits: ReadonlyMap<CommitId, Commit>
  /** Commits of which only the header is known, from proofs. */
  readonly seen: readonly Commit[]
  readonly payloads: ReadonlySet<PayloadHash>
  readonly validPayload: (hash: PayloadHash) => boolean
  readonly policy: PolicyView
  readonly nowHlc: HybridTime
}

const PASSED = 'apply'

/** A verdict as text: 'park reason', or 'apply', 'void reason' or 'held reason' for each entry. */
export function outcomeOf(verdict: CommitVerdict): string {
  if (verdict.verdict === 'park') return `park ${verdict.reason}`
  return verdict.entries
    .map((entry) => (entry.verdict === 'apply' ? PASSED : `${entry.isFinal ? 'void' : 'held'} ${entry.reason}`))
    .join(', ')
}

/**
 * The tables of docs/reference/commit-format.md, row by row, by somebody who sees
 * everything at once and has all the time in the world. Shares no code with
 * `judgeCommit`.
 */
export class JudgmentOracle {
  readonly #knowledge: Knowledge
  readonly #outcomes = new Map<CommitId, string>()

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge
  }

  outcomeOf(id: CommitId): string {
    const known = this.#outcomes.get(id)
    if (known !== undefined) return known
    const outcome = this.#judge(this.#knowledge.commits.get(id)!)
    this.#outcomes.set(id, outcome)
    return outcome
  }

  #judge(commit: Commit): string {
    const failed = this.#commitRows(commit).find(([, holds]) => !holds())?.[0]
    if (failed?.startsWith('park')) return failed
    const outcomes = commit.entries.map((entry) => failed ?? this.#judgeEntry(commit, entry))
    const isMissing = commit.entries.some(({ payloadHash }, index) => {
      const isNeeded = payloadHash !== undefined && !outcomes[index]!.startsWith('void')
      return isNeeded && !this.#knowledge.payloads.has(payloadHash)
    })
    // What the header breaks voids the commit, whether its payloads are here or not.
    if (isMissing && !failed?.startsWith('void')) return 'park payloads-missing'
    return outcomes.map((outcome, index) => this.#judgePayload(outcome, commit.entries[index]!)).join(', ')
  }

  #judgePayload(outcome: string, { payloadHash }: CommitEntry): string {
    if (outcome !== PASSED || payloadHash === undefined) return outcome
    return this.#knowledge.validPayload(payloadHash) ? PASSED : 'void payload-invalid'
  }

  #commitRows(commit: Commit): [outcome: string, holds: () => boolean][] {
    const { header, entries } = commit
    const { commits, policy, nowHlc } = this.#knowledge
    const parents = [header.prev, ...entries.flatMap(({ deps }) => deps)].filter((id) => id !== undefined)
    const prev = header.prev === undefined ? undefined : commits.get(header.prev)?.header
    const prevOutcome = (): string => this.outcomeOf(header.prev!)
    const settled = policy.settlementOf(header)
    return [
      ['void other-network', () => header.network === policy.network],
      ['park format-unknown', () => header.keyEpoch === undefined],
      ['park clock-ahead', () => header.hlc - nowHlc <= 5 * 60 * 1_000_000],
      ['park epoch-missing', () => header.epoch <= policy.epoch],
      ['park parents-missing', () => parents.every((id) => commits.has(id) && !this.outcomeOf(id).startsWith('park'))],
      ['void chain-broken', () => prev === undefined || isNext(header, prev)],
      ['void chain-broken', () => prev === undefined || !prevOutcome().includes('chain-broken')],
      ['void against-settlement', () => prev === undefined || !prevOutcome().includes('against-settlement')],
      ['void against-settlement', () => this.#agrees(commit, settled)],
      ['park grants-missing', () => entries.every((entry) => this.#covers(commit, entry) !== 'unknown')],
      ['held fork-held', () => !this.#hasTwin(commit) || settled === undefined || !this.#isOpen(commit, settled)],
      ['void hlc-not-after-prev', () => prev === undefined || header.hlc > prev.hlc],
      ['void epoch-below-prev', () => prev === undefined || header.epoch >= prev.epoch]
    ]
  }

  #judgeEntry(commit: Commit, entry: CommitEntry): string {
    const { header } = commit
    const { policy } = this.#knowledge
    const { path, grant, deps } = entry
    const cut = policy.cutOf({ ...header, grant })
    const findings = [
      policy.spaceOf(path, header.epoch) === header.space ? PASSED : 'void space-wrong',
      this.#covers(commit, entry) === 'yes' ? PASSED : 'void grant-missing',
      cut === undefined || (header.seq <= cut.seq && this.#agrees(commit, cut)) ? PASSED : 'void past-cut',
      this.#isHeld(commit, cut) ? 'held fork-held' : PASSED,
      ...deps.map((dep) => this.#judgeDep(commit, path, dep)),
      this.#judgeOwnEntry(commit, path, deps)
    ]
    return findings.find((finding) => finding !== PASSED) ?? PASSED
  }

  #covers({ header: { author, epoch } }: Commit, { grant, path }: CommitEntry): 'yes' | 'no' | 'unknown' {
    return this.#knowledge.policy.grantCovers({ grant, author, path, epoch, right: 'write' })
  }

  #judgeDep({ header }: Commit, path: ContextPath, dep: CommitId): string {
    const parent = this.#knowledge.commits.get(dep)!
    const outcome = this.#entryOutcome(parent, path)
    const { network, space, hlc, epoch } = parent.header
    if (outcome === undefined || network !== header.network || space !== header.space)
      return 'void dep-of-other-context'
    if (hlc >= header.hlc) return 'void hlc-not-after-dep'
    if (epoch > header.epoch) return 'void epoch-below-dep'
    return outcome === PASSED ? PASSED : `${outcome.slice(0, 4)} dep-void`
  }

  #judgeOwnEntry({ header }: Commit, path: ContextPath, deps: readonly CommitId[]): string {
    const own = this.#chainTo(header.prev)
      .map((commit) => ({ id: commit.id, outcome: this.#entryOutcome(commit, path) }))
      .find(({ outcome }) => outcome !== undefined && !outcome.startsWith('void'))
    if (own === undefined || this.#pastOf(path, deps).has(own.id)) return PASSED
    return own.outcome === PASSED ? 'void own-entry-not-seen' : 'held own-entry-not-seen'
  }

  #isHeld(commit: Commit, cut: ChainEnd | undefined): boolean {
    const end = cut ?? this.#knowledge.policy.settlementOf(commit.header)
    return this.#hasTwin(commit) && (end === undefined || commit.header.seq > end.seq || this.#isOpen(commit, end))
  }

  #hasTwin(commit: Commit): boolean {
    const { commits, seen } = this.#knowledge
    return [...commits.values(), ...seen].some(({ id, header }) => id !== commit.id && isTwin(header, commit.header))
  }

  /** Whether the chain to `end` does not reach back to the commit's place, because parts of it are not here. */
  #isOpen({ header }: Commit, end: ChainEnd): boolean {
    return header.seq <= end.seq && this.#onChainTo(end, header.seq) === undefined
  }

  /** Whether nothing says that the commit is off the chain to `end`, or beyond it on another one. */
  #agrees(commit: Commit, end: ChainEnd | undefined): boolean {
    if (end === undefined) return true
    if (commit.header.seq > end.seq) return end.seq === 0 || this.#chainTo(commit.id).some(({ id }) => id === end.id)
    const there = this.#onChainTo(end, commit.header.seq)
    return there === undefined || there === commit.id
  }

  #onChainTo(end: ChainEnd, seq: number): CommitId | undefined {
    return seq === end.seq ? end.id : this.#chainTo(end.id).find(({ header }) => header.seq === seq)?.id
  }

  /** Backwards from `tip`, as far as it is here and is one chain. */
  #chainTo(tip: CommitId | undefined): Commit[] {
    const commit = tip === undefined ? undefined : this.#knowledge.commits.get(tip)
    if (commit === undefined) return []
    const before = this.#chainTo(commit.header.prev)
    return [commit, ...(before[0] !== undefined && isNext(commit.header, before[0].header) ? before : [])]
  }

  #pastOf(path: ContextPath, ids: readonly CommitId[]): Set<CommitId> {
    const deps = ids.map(
      (id) => this.#knowledge.commits.get(id)?.entries.find((entry) => entry.path === path)?.deps ?? []
    )
    return new Set([...ids, ...deps.flatMap((each) => [...this.#pastOf(path, each)])])
  }

  #entryOutcome(commit: Commit, path: ContextPath): string | undefined {
    const index = commit.entries.findIndex((entry) => entry.path === path)
    return this.outcomeOf(commit.id).split(', ')[index]
  }
}

function isTwin(left: Commit['header'], right: Commit['header']): boolean {
  return chainOf(left) === chainOf(right) && left.seq === right.seq
}

function isNext(header: Commit['header'], prev: Commit['header']): boolean {
  return chainOf(header) === chainOf(prev) && header.seq === prev.seq + 1
}

function chainOf({ network, author, incarnation, space }: Commit['header']): string {
  return `${network} ${author} ${incarnation} ${space}`
}
