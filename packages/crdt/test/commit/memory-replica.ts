import { isDeepStrictEqual } from 'node:util'
import type { CommitId, ContextPath, HybridTime, PayloadHash } from '@hcfs/core'
import type { CausalPast, PastCommit } from '../../src/commit/causal-past.ts'
import type { ChainPlace, Commit, CommitHeader } from '../../src/commit/commit.ts'
import { judgeCommit } from '../../src/commit/judge-commit.ts'
import type { PolicyView } from '../../src/commit/policy-view.ts'
import { chainPlaceOf } from '../../src/commit/signed-header.ts'
import type { CommitVerdict, EntryVerdict } from '../../src/commit/verdict.ts'
import { isProvisional } from '../../src/commit/verdict.ts'
import { chainKey } from './test-policy.ts'

export interface MemoryReplicaOptions {
  readonly policy: PolicyView
  readonly nowHlc: HybridTime
  readonly isPayloadValid?: (hash: PayloadHash) => boolean
}

/**
 * The least that a replica has to do about verdicts. It judges what arrives and,
 * again and again, what is provisional, until nothing changes. Other verdicts are
 * only taken back when a twin turns up or the policy grows; then it begins anew.
 */
export class MemoryReplica implements CausalPast {
  readonly #commits = new Map<CommitId, Commit>()
  readonly #verdicts = new Map<CommitId, CommitVerdict>()
  readonly #places = new Map<string, Set<CommitId>>()
  readonly #payloads = new Set<PayloadHash>()
  readonly #options: MemoryReplicaOptions
  #policy: PolicyView

  constructor(options: MemoryReplicaOptions) {
    this.#options = options
    this.#policy = options.policy
  }

  receive(commit: Commit): CommitVerdict {
    if (!this.#commits.has(commit.id)) {
      this.#commits.set(commit.id, commit)
      this.#verdicts.set(commit.id, { verdict: 'park', reason: 'format-unknown' })
      if (commit.header.network === this.#policy.network) this.see(chainPlaceOf(commit.header), commit.id)
      this.#judgeProvisional()
    }
    return this.verdictOf(commit.id)
  }

  /** An id that was signed for a place, from an equivocation proof. */
  see(place: ChainPlace, id: CommitId): void {
    const ids = this.#idsAt(place)
    const isTwin = ids.size > 0 && !ids.has(id)
    ids.add(id)
    if (isTwin) this.#judgeAll()
  }

  receivePayload(hash: PayloadHash): void {
    this.#payloads.add(hash)
    this.#judgeProvisional()
  }

  learn(policy: PolicyView): void {
    this.#policy = policy
    this.#judgeAll()
  }

  verdictOf(id: CommitId): CommitVerdict {
    return this.#verdicts.get(id)!
  }

  find(id: CommitId): PastCommit | undefined {
    const commit = this.#commits.get(id)
    if (commit === undefined) return undefined
    return {
      header: commit.header,
      verdict: this.verdictOf(id),
      entryVerdict: (path) => this.#entryVerdict(commit, path)
    }
  }

  idsAt(place: ChainPlace): readonly CommitId[] {
    return [...this.#idsAt(place)]
  }

  idOnChain(tip: CommitId, seq: number): CommitId | undefined {
    let commit = this.#commits.get(tip)
    while (commit !== undefined && commit.header.seq > seq) {
      const prev = this.#commits.get(commit.header.prev!)
      commit = prev !== undefined && isNext(commit.header, prev.header) ? prev : undefined
    }
    return commit?.header.seq === seq ? commit.id : undefined
  }

  lastOwnEntry(tip: CommitId, path: ContextPath): CommitId | undefined {
    for (let id: CommitId | undefined = tip; id !== undefined; id = this.#commits.get(id)?.header.prev) {
      const verdict = this.#entryVerdict(this.#commits.get(id)!, path)
      if (verdict?.verdict === 'apply' || verdict?.isFinal === false) return id
    }
    return undefined
  }

  isCovered(id: CommitId, path: ContextPath, deps: readonly CommitId[]): boolean {
    return deps.some((dep) => {
      if (dep === id) return true
      const entry = this.#commits.get(dep)?.entries.find((each) => each.path === path)
      return entry !== undefined && this.isCovered(id, path, entry.deps)
    })
  }

  hasPayload(hash: PayloadHash): boolean {
    return this.#payloads.has(hash)
  }

  isPayloadValid(commit: Commit, index: number): boolean {
    return this.#options.isPayloadValid?.(commit.entries[index]!.payloadHash!) ?? true
  }

  /** Payloads are stand-ins here, and claim no clocks. */
  rivalOf(): undefined {}

  #judgeAll(): void {
    for (const id of this.#commits.keys()) this.#verdicts.set(id, { verdict: 'park', reason: 'format-unknown' })
    this.#judgeProvisional()
  }

  #judgeProvisional(): void {
    const { nowHlc } = this.#options
    let hasChanged = true
    while (hasChanged) {
      hasChanged = false
      for (const [id, commit] of this.#commits) {
        const before = this.verdictOf(id)
        if (!isProvisional(before)) continue
        const verdict = judgeCommit(commit, { past: this, policy: this.#policy, nowHlc })
        this.#verdicts.set(id, verdict)
        hasChanged ||= !isDeepStrictEqual(before, verdict)
      }
    }
  }

  #entryVerdict({ id, entries }: Commit, path: ContextPath): EntryVerdict | undefined {
    const verdict = this.verdictOf(id)
    const index = entries.findIndex((entry) => entry.path === path)
    return verdict.verdict === 'park' || index === -1 ? undefined : verdict.entries[index]
  }

  #idsAt(place: ChainPlace): Set<CommitId> {
    const key = `${chainKey(place)} ${place.seq}`
    const ids = this.#places.get(key) ?? new Set()
    this.#places.set(key, ids)
    return ids
  }
}

function isNext(header: CommitHeader, prev: CommitHeader): boolean {
  return header.network === prev.network && header.seq === prev.seq + 1 && chainKey(header) === chainKey(prev)
}
