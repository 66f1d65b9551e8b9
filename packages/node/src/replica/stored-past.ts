import type { CommitId, ContextPath, PayloadHash } from '@hcfs/core'
import type { CausalPast, ChainPlace, Commit, CommitHeader, EntryVerdict, PastCommit } from '@hcfs/crdt'
import { summedUp } from '@hcfs/crdt'
import type { StoreReads } from '../storage/ordered-store.ts'
import { pastOf } from './ancestry.ts'
import type { CommitLog } from './commit-log.ts'
import { readBranches } from './own-chain.ts'
import { entryVerdicts } from './void-record.ts'

/** What has to be looked up before a commit is judged, because judging does not wait. */
export interface JudgedWith {
  readonly payloadHashes: ReadonlySet<PayloadHash>
  /** The newest entry of the author's chain for each context of the commit, leaving out what is void for good. */
  readonly lastOwn: ReadonlyMap<ContextPath, CommitId>
  readonly isPayloadValid: (index: number) => boolean
  /** By the place of the entry: who has its Yjs clocks. */
  readonly rivals: ReadonlyMap<number, CommitId>
}

/** A commit whose verdict the log does not have yet, or no longer. */
export interface JudgedCommit {
  readonly header: CommitHeader
  readonly entries: readonly { readonly path: ContextPath }[]
  readonly verdicts: readonly EntryVerdict[]
}

export interface StoredPastComponents {
  log: CommitLog
  store: StoreReads
  /** What is said of these goes before what is stored. */
  judged: ReadonlyMap<CommitId, JudgedCommit>
}

/** The past of a commit as the log of this node has it, and the verdicts with it. */
export class StoredPast implements CausalPast {
  readonly #components: StoredPastComponents
  readonly #with: JudgedWith

  constructor(components: StoredPastComponents, judgedWith: JudgedWith) {
    this.#components = components
    this.#with = judgedWith
  }

  find(id: CommitId): PastCommit | undefined {
    const { log, judged } = this.#components
    const known = judged.get(id)
    if (known !== undefined) {
      const { header, entries, verdicts } = known
      const verdictOf = (path: ContextPath) => verdicts[entries.findIndex((entry) => entry.path === path)]
      return { header, verdict: summedUp(verdicts), entryVerdict: verdictOf }
    }
    const position = log.positionOf(id)
    if (position === undefined) return undefined
    const { header } = log.header(position)
    const verdicts = entryVerdicts(header.entryCount, log.voidsAt(position))
    const entryVerdict = (path: ContextPath): EntryVerdict | undefined => {
      const logged = log.entryOf(id, path)
      return logged === undefined ? undefined : verdicts[logged.index]
    }
    return { header, verdict: summedUp(verdicts), entryVerdict }
  }

  idsAt({ seq, ...chain }: ChainPlace): readonly CommitId[] {
    const { store, judged } = this.#components
    const found = new Set<CommitId>()
    for (const tip of readBranches(store, chain)) {
      const id = tip.seq < seq ? undefined : this.idOnChain(tip.id, seq)
      if (id !== undefined) found.add(id)
    }
    for (const [id, { header }] of judged) {
      if (header.seq === seq && isOfChain(header, chain)) found.add(id)
    }
    return [...found]
  }

  idOnChain(tip: CommitId, seq: number): CommitId | undefined {
    let id: CommitId | undefined = tip
    let after: CommitHeader | undefined
    while (id !== undefined) {
      const header = this.#headerOf(id)
      if (header === undefined || header.seq < seq) return undefined
      if (after !== undefined && !(isOfChain(header, after) && header.seq === after.seq - 1)) return undefined
      if (header.seq === seq) return id
      after = header
      id = header.prev
    }
    return undefined
  }

  lastOwnEntry(_tip: CommitId, path: ContextPath): CommitId | undefined {
    return this.#with.lastOwn.get(path)
  }

  isCovered(id: CommitId, path: ContextPath, deps: readonly CommitId[]): boolean {
    return entryPast({ log: this.#components.log, path, downTo: [id] }, deps).has(id)
  }

  hasPayload(hash: PayloadHash): boolean {
    return this.#with.payloadHashes.has(hash)
  }

  isPayloadValid(_commit: Commit, index: number): boolean {
    return this.#with.isPayloadValid(index)
  }

  rivalOf(_commit: Commit, index: number): CommitId | undefined {
    return this.#with.rivals.get(index)
  }

  #headerOf(id: CommitId): CommitHeader | undefined {
    const { log, judged } = this.#components
    const known = judged.get(id)
    if (known !== undefined) return known.header
    const position = log.positionOf(id)
    return position === undefined ? undefined : log.header(position).header
  }
}

export function isOfChain(
  header: Pick<CommitHeader, 'author' | 'incarnation' | 'space'>,
  chain: Pick<CommitHeader, 'author' | 'incarnation' | 'space'>
): boolean {
  return header.author === chain.author && header.incarnation === chain.incarnation && header.space === chain.space
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
