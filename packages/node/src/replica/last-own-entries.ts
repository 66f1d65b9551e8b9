import type { CommitId, ContextPath } from '@hcfs/core'
import type { Commit, CommitHeader, EntryVerdict } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import type { StoreReads } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory, IndexedEntry } from './context-history.ts'
import { readBranches } from './own-chain.ts'
import type { JudgedCommit } from './stored-past.ts'
import { isOfChain } from './stored-past.ts'

export interface LastOwnEntriesComponents {
  log: CommitLog
  history: ContextHistory
  store: StoreReads
  /** What is said of these goes before what is stored. */
  judged: ReadonlyMap<CommitId, JudgedCommit>
}

/** Finds what an author wrote last of a context: it must have seen that, or it would use Yjs clocks twice. */
export class LastOwnEntries {
  readonly #components: LastOwnEntriesComponents

  constructor(components: LastOwnEntriesComponents) {
    this.#components = components
  }

  /** For each context of a commit the newest entry in the chain that it follows, leaving out what is void for good. */
  async of({ header, entries }: Pick<Commit, 'header' | 'entries'>): Promise<Map<ContextPath, CommitId>> {
    const found = new Map<ContextPath, CommitId>()
    if (header.prev === undefined) return found
    for (const { path } of entries) {
      const last = await this.#last(header, path)
      if (last !== undefined) found.set(path, last)
    }
    return found
  }

  async #last(header: CommitHeader, path: ContextPath): Promise<CommitId | undefined> {
    const { history, log, store } = this.#components
    const isForked = readBranches(store, header).length > 1
    for await (const row of history.allRows(documentIdOf(header.space, path), { newestFirst: true })) {
      const other = log.header(row.position).header
      if (!isOfChain(other, header) || other.seq >= header.seq || this.#isVoidForGood(row, path)) continue
      if (!isForked || this.#isInChain(row.commit, other.seq, header)) return row.commit
    }
    return undefined
  }

  #isVoidForGood({ commit, voided }: IndexedEntry, path: ContextPath): boolean {
    const judged = this.#components.judged.get(commit)
    if (judged === undefined) return voided === 'final'
    const verdict: EntryVerdict | undefined = judged.verdicts[judged.entries.findIndex((entry) => entry.path === path)]
    return verdict?.verdict === 'void' && verdict.isFinal
  }

  #isInChain(id: CommitId, seq: number, { prev }: CommitHeader): boolean {
    const { log } = this.#components
    for (let at = prev; at !== undefined; ) {
      if (at === id) return true
      const position = log.positionOf(at)
      const header = position === undefined ? undefined : log.header(position).header
      if (header === undefined || header.seq <= seq) return false
      at = header.prev
    }
    return false
  }
}
