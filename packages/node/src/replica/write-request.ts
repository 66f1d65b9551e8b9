import type { By, CommitId, ContextPath, DeviceId, DraftOperation, HybridTime } from '@hcfs/core'
import type { ContextDocument } from '@hcfs/crdt'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { ContextRow, HiddenReason } from './context-row.ts'

/**
 * A change of one or more contexts that becomes part of one commit, whole or
 * not at all.
 */
export interface WriteRequest {
  /** Every context that `decide` may look at or change. No other write touches them in between. */
  readonly paths: readonly ContextPath[]
  /** Roughly what it keeps in memory while it waits. @default 0 */
  readonly bytes?: number
  /** Stored in one batch with what is decided, also when that is nothing. */
  readonly along?: readonly StoreOperation[]
  /**
   * Called once, when the commit is made, with what is stored then. Says what to
   * write; nothing when nothing has to change. Throws to refuse the whole request.
   */
  readonly decide: (view: WriteView) => readonly EntryDecision[]
}

/** What a request sees of the store at the moment of its commit. */
export interface WriteView {
  /** The date that the commit will carry. */
  readonly hlc: HybridTime
  /** Also of hidden contexts; `undefined` when nothing was ever written there. */
  row(path: ContextPath): ContextRow | undefined
}

interface DecisionBase {
  readonly path: ContextPath
  readonly by?: By
  readonly note?: string
  /** The context that this one moved to or from, or the value that an expiry acts on. */
  readonly about?: string
}

export type EntryDecision = UpdateDecision | HideDecision | ShowDecision

export interface UpdateDecision extends DecisionBase {
  readonly kind: 'update'
  readonly operations: readonly DraftOperation[]
  /** The older version that the operations refer to. Left out: the context as it is. */
  readonly base?: EditBase
}

export interface HideDecision extends DecisionBase {
  readonly kind: 'delete' | 'expire'
  readonly reason: HiddenReason
}

export interface ShowDecision extends DecisionBase {
  readonly kind: 'undelete'
}

/** A document as it was at an older version; the edit is made in it and then merged. */
export interface EditBase {
  readonly heads: readonly CommitId[]
  readonly document: ContextDocument
}

/** What became of one entry of a request. */
export interface WrittenEntry {
  readonly path: ContextPath
  readonly before: ContextRow | undefined
  readonly after: ContextRow
}

/** What became of a request. Without a commit it changed nothing. */
export interface WriteOutcome {
  readonly commit?: CommittedAs
  readonly entries: readonly WrittenEntry[]
}

export interface CommittedAs {
  readonly id: CommitId
  readonly author: DeviceId
  readonly space: ContextPath
  readonly prev: CommitId | undefined
  readonly hlc: HybridTime
  readonly seq: number
  readonly incarnation: number
  readonly position: number
}
