import type { CommitId, ContextPath, DocId } from '@hcfs/core'
import type { Commit, CommitEntry, CommitVerdict, ContextDocument, EntryVerdict } from '@hcfs/crdt'
import type { ContextRow } from './context-row.ts'
import type { ChainName } from './own-chain.ts'

/** A commit as another replica hands it over. */
export interface ReceivedBytes {
  /** `encodeCommit` of it. */
  readonly commit: Uint8Array
  /** One for each entry, empty where it has none. */
  readonly payloads: readonly Uint8Array[]
}

/** A well-formed commit with the payloads that came with it: one for each entry, absent where none came. */
export interface ReceivedCommit {
  readonly commit: Commit
  readonly payloads: readonly (Uint8Array | undefined)[]
}

export function bytesOf({ commit, payloads }: ReceivedCommit): number {
  return [commit.headerBytes, ...commit.entryBytes, ...payloads].reduce((sum, part) => sum + (part?.byteLength ?? 0), 0)
}

/** An entry of a commit that was judged, with what it makes of its context. */
export interface ReceivedEntry {
  readonly entry: CommitEntry
  readonly payload: Uint8Array
  /** What the context was when the entry was judged. If it has changed since, this is worth nothing. */
  readonly before: ContextRow | undefined
  /** Absent when the entry does not change it, or is void. */
  readonly document: ContextDocument | undefined
  readonly sawBefore: (other: CommitId) => boolean
}

/** What the group commit stores of a commit that was judged and not parked. */
export interface ReceiveRequest {
  readonly paths: readonly ContextPath[]
  readonly received: ReceivedCommit
  readonly entries: readonly ReceivedEntry[]
  /** One for each entry. */
  readonly verdicts: readonly EntryVerdict[]
  /** What to keep in mind, because this commit may change the verdicts on others. */
  readonly unjudged: UnjudgedChain | undefined
  /** Documents in which an entry claims Yjs clocks that another has. */
  readonly claimed: readonly DocId[]
}

/** A chain of which commits have to be judged again, with all that depends on them. */
export interface UnjudgedChain extends ChainName {
  /** Where in the log the first of them stands. */
  readonly from: number
}

/** What became of a commit that was handed over. */
export type ReceiveOutcome =
  | { readonly outcome: 'applied' | 'known'; readonly id: CommitId }
  | { readonly outcome: 'parked'; readonly id: CommitId; readonly verdict: CommitVerdict }
  /** Kept in the log with the reason, unless it is of another network. */
  | { readonly outcome: 'void'; readonly id: CommitId; readonly verdict: CommitVerdict }
  /** Dropped, because too much of its author is parked; it has to be handed over again. */
  | { readonly outcome: 'dropped'; readonly id: CommitId }
  /** Not even a commit. */
  | { readonly outcome: 'refused'; readonly error: Error }
