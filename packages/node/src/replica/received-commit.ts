import type { CommitId, ContextPath } from '@hcfs/core'
import type { Commit, CommitEntry, CommitVerdict, ContextDocument } from '@hcfs/crdt'
import type { ContextRow } from './context-row.ts'

/** A commit as another replica hands it over. */
export interface ReceivedBytes {
  /** `encodeCommit` of it. */
  readonly commit: Uint8Array
  /** One for each entry, empty where it has none. */
  readonly payloads: readonly Uint8Array[]
}

/** Well formed, signed by its author, and with the payloads that its entries name. */
export interface ReceivedCommit {
  readonly commit: Commit
  readonly payloads: readonly Uint8Array[]
}

/** An entry of a commit that was judged, with what it makes of its context. */
export interface ReceivedEntry {
  readonly entry: CommitEntry
  readonly payload: Uint8Array
  /** What the context was when the entry was judged. If it has changed since, this is worth nothing. */
  readonly before: ContextRow | undefined
  /** Absent when the entry does not change it. */
  readonly document: ContextDocument | undefined
  readonly sawBefore: (other: CommitId) => boolean
}

/** What the group commit stores of a commit that applies. */
export interface ReceiveRequest {
  readonly paths: readonly ContextPath[]
  readonly received: ReceivedCommit
  readonly entries: readonly ReceivedEntry[]
}

/** What became of a commit that was handed over. */
export type ReceiveOutcome =
  | { readonly outcome: 'applied' | 'known'; readonly id: CommitId }
  | { readonly outcome: 'parked'; readonly id: CommitId; readonly verdict: CommitVerdict }
  /** Not stored: it counts for nobody. */
  | { readonly outcome: 'void'; readonly id: CommitId; readonly verdict: CommitVerdict }
  /** Dropped, because too much of its author is parked; it has to be handed over again. */
  | { readonly outcome: 'dropped'; readonly id: CommitId }
  /** Not even a commit. */
  | { readonly outcome: 'refused'; readonly error: Error }
