import type { CommitId, ContextPath, PayloadHash } from '@hcfs/core'
import type { CausalPast, ChainPlace, Commit, CommitHeader, PastCommit } from '@hcfs/crdt'
import type { StoreReads } from '../storage/ordered-store.ts'
import { pastOf } from './ancestry.ts'
import type { CommitLog } from './commit-log.ts'
import { readChainTip } from './own-chain.ts'

/** What has to be looked up before a commit is judged, because judging does not wait. */
export interface JudgedWith {
  readonly payloadHashes: ReadonlySet<PayloadHash>
  /** The newest entry of the author's chain for each context of the commit. */
  readonly lastOwn: ReadonlyMap<ContextPath, CommitId>
  readonly isPayloadValid: (index: number) => boolean
}

/** The past of a commit as the log of this node has it. Everything in the log was applied. */
export class StoredPast implements CausalPast {
  readonly #log: CommitLog
  readonly #store: StoreReads
  readonly #with: JudgedWith

  constructor({ log, store }: { log: CommitLog; store: StoreReads }, judgedWith: JudgedWith) {
    this.#log = log
    this.#store = store
    this.#with = judgedWith
  }

  find(id: CommitId): PastCommit | undefined {
    const position = this.#log.positionOf(id)
    if (position === undefined) return undefined
    const { header } = this.#log.header(position)
    const applies = { verdict: 'apply' as const }
    return {
      header,
      verdict: { ...applies, entries: Array.from({ length: header.entryCount }, () => applies) },
      entryVerdict: (path) => (this.#log.entryOf(id, path) === undefined ? undefined : applies)
    }
  }

  idsAt({ seq, ...chain }: ChainPlace): readonly CommitId[] {
    const tip = readChainTip(this.#store, chain)
    if (tip.id === undefined || tip.seq < seq) return []
    const id = this.idOnChain(tip.id, seq)
    return id === undefined ? [] : [id]
  }

  idOnChain(tip: CommitId, seq: number): CommitId | undefined {
    let id: CommitId | undefined = tip
    while (id !== undefined) {
      const header: CommitHeader | undefined = this.find(id)?.header
      if (header === undefined || header.seq < seq) return undefined
      if (header.seq === seq) return id
      id = header.prev
    }
    return undefined
  }

  lastOwnEntry(_tip: CommitId, path: ContextPath): CommitId | undefined {
    return this.#with.lastOwn.get(path)
  }

  isCovered(id: CommitId, path: ContextPath, deps: readonly CommitId[]): boolean {
    return entryPast({ log: this.#log, path, downTo: [id] }, deps).has(id)
  }

  hasPayload(hash: PayloadHash): boolean {
    return this.#with.payloadHashes.has(hash)
  }

  isPayloadValid(_commit: Commit, index: number): boolean {
    return this.#with.isPayloadValid(index)
  }
}

/** The past of an entry, as far as these commits could lie in it: what was applied before all of them has none of them in its own. */
export function entryPast(
  { log, path, downTo }: { log: CommitLog; path: ContextPath; downTo: readonly CommitId[] },
  deps: readonly CommitId[]
): ReadonlySet<CommitId> {
  const lowest = Math.min(...downTo.map((id) => log.positionOf(id) ?? 0))
  return pastOf(deps, (id) => {
    const position = log.positionOf(id)
    return position === undefined || position <= lowest ? [] : log.entryOf(id, path)?.entry.deps
  })
}
