import type { CommitId, DocId, HybridTime } from '@hcfs/core'
import type { Commit } from '../commit/commit.ts'
import type { ChainTip } from '../policy/frontier.ts'

/** A space in a few numbers. */
export interface SpaceSummary {
  /** The newest epoch of the policy that is here without a gap. */
  readonly epoch: number
  /** The sum of all elements, 32 bytes. */
  readonly root: Uint8Array
  /** How many documents the sum covers. */
  readonly count: number
  readonly chains: number
}

/** Nodes of the trie of sums, and how many hexadecimal digits to go down from each. */
export interface TrieQuestion {
  /** Digits in each prefix: from 0, the root, to 3. */
  readonly depth: number
  readonly step: 1 | 2
  /** Ascending. */
  readonly prefixes: readonly number[]
}

/** A document in a leaf of the trie. */
export interface SyncRow {
  readonly docId: DocId
  /** The first 16 bytes of its element hash in hexadecimal. */
  readonly digest: string
  /** The hash of what a reader sees, 32 bytes in hexadecimal; only where a leaf is audited. */
  readonly content?: string
}

/** A part of a chain: what leads to `tip`, without what leads to `after`. */
export interface ChainRange {
  readonly after: number
  readonly tip: ChainTip
}

/** Where a commit stands in the order of streams: by time, then by id. Nothing stands before what it is built on. */
export interface CommitPlace {
  readonly hlc: HybridTime
  readonly id: CommitId
}

export interface SyncedCommit {
  readonly commit: Commit
  /** One for each entry; `undefined` where the entry has none, or it is void and was never here. */
  readonly payloads: readonly (Uint8Array | undefined)[]
}

export type CommitSelection = readonly ChainRange[] | 'all'

/** A tip that is not here, and how far its chain is here. */
export interface LackingTip {
  readonly tip: ChainTip
  readonly heldSeq: number
}

/**
 * What a session reads of one space. Answers may come from different moments:
 * others write while a session runs. Everything that is given is held for good,
 * and with it everything that it is built on.
 */
export interface SyncSource {
  summary(): Promise<SpaceSummary>
  /** The newest commit of each chain, and of a forked chain of each branch. Asked only while there are few. */
  frontier(): Promise<readonly ChainTip[]>
  /** As `childSums` gives them, one for each prefix. */
  sums(question: TrieQuestion): Promise<readonly Uint8Array[]>
  /** Ascending by document; those behind `after`, at most `rowsMax`. */
  rows(question: RowsQuestion): Promise<RowsAnswer>
  /** The heads of each document, in the order asked for; none for those that are not here. */
  heads(docs: readonly DocId[]): Promise<readonly (readonly ChainTip[])[]>
  lacking(tips: readonly ChainTip[]): Promise<readonly LackingTip[]>
  /** Those of the commits that are here. */
  places(ids: readonly CommitId[]): Promise<readonly ChainTip[]>
  /** At least one commit while there are any, and then as many as stay below `bytesMax`. */
  commits(question: CommitsQuestion): Promise<CommitsAnswer>
  /** Entries of the policy behind an epoch, likewise. */
  policy(question: { readonly after: number; readonly bytesMax: number }): Promise<PolicyAnswer>
}

export interface RowsQuestion {
  readonly leaves: readonly number[]
  readonly after?: DocId
  readonly rowsMax: number
  readonly withContents: boolean
}

export interface RowsAnswer {
  readonly rows: readonly SyncRow[]
  readonly isComplete: boolean
}

export interface CommitsQuestion {
  readonly selection: CommitSelection
  readonly after?: CommitPlace
  readonly bytesMax: number
}

export interface CommitsAnswer {
  readonly commits: readonly SyncedCommit[]
  readonly isLast: boolean
}

export interface PolicyAnswer {
  readonly entries: readonly Uint8Array[]
  /** The epoch of the last of them. */
  readonly epoch: number
  readonly isLast: boolean
}
