import type { CommitId, DocId } from '@hcfs/core'
import type { CommitEntry, SignedHeader } from '@hcfs/crdt'
import { ContextDocument } from '@hcfs/crdt'
import { pastOf } from './ancestry.ts'
import type { LogPlace } from './commit-log.ts'
import type { HistoryRow } from './context-history.ts'
import type { ContextRow, HiddenReason } from './context-row.ts'
import { rowAfter } from './row-updater.ts'

/** One entry of a context as the log has it. */
export interface EntryToReplay {
  readonly place: LogPlace
  readonly signed: Pick<SignedHeader, 'id' | 'header'>
  readonly entry: CommitEntry
  readonly payload: Uint8Array
}

export interface ContextStep {
  readonly row: ContextRow
  readonly historyRow: HistoryRow
  readonly document: ContextDocument
}

/**
 * Derives a context from the log alone, entry by entry: what `verify` compares
 * the store with, and writes where it differs.
 */
export class ContextReplay {
  readonly #document: ContextDocument
  readonly #depsOf = new Map<CommitId, readonly CommitId[]>()
  #row: ContextRow | undefined

  constructor(docId: DocId) {
    this.#document = ContextDocument.empty(docId)
  }

  /** Absent before the first entry. */
  get row(): ContextRow | undefined {
    return this.#row
  }

  apply({ place, signed, entry, payload }: EntryToReplay): ContextStep {
    const before = this.#row
    const sawBefore = this.#sightOf(entry, before)
    if (payload.byteLength > 0) this.#document.apply(payload)
    const row = rowAfter({
      commit: signed,
      entry,
      place,
      before,
      document: this.#document,
      payloadBytes: payload.byteLength,
      reason: hiddenReasonOf(entry),
      sawBefore
    })
    this.#row = row
    this.#depsOf.set(signed.id, entry.deps)
    const coversAllBefore = before === undefined || before.heads.every(sawBefore)
    const { hlc } = signed.header
    const historyRow = { ...place, commit: signed.id, kind: entry.kind, hlc, coversAllBefore }
    return { row, historyRow, document: this.#document }
  }

  /** Most entries follow all that came before them; only the others make a walk necessary. */
  #sightOf({ deps }: CommitEntry, before: ContextRow | undefined): (other: CommitId) => boolean {
    if (before === undefined || before.heads.every((head) => deps.includes(head))) return () => true
    const past = pastOf(deps, (id) => this.#depsOf.get(id))
    return (other) => past.has(other)
  }
}

/** A delete that names another context is one half of a move. */
export function hiddenReasonOf({ kind, about }: Pick<CommitEntry, 'kind' | 'about'>): HiddenReason {
  if (kind === 'expire') return 'expired'
  return about === undefined ? 'removed' : 'moved'
}
