import type { CommitId, ContextPath, PayloadHash } from '@hcfs/core'
import type { ChainPlace, Commit, CommitHeader } from './commit.ts'
import type { CommitVerdict, EntryVerdict } from './verdict.ts'

/**
 * What a replica knows when it judges a commit. Implementations answer from
 * what they hold and never wait; what they do not hold is `undefined`.
 */
export interface CausalPast {
  find(id: CommitId): PastCommit | undefined

  /**
   * Every id that was seen signed for a place in this network: received as a
   * commit, or as half of an equivocation proof. This is the one question whose answer is not in the causal past. When a second id turns up,
   * its twin and all that has the twin in its past have to be judged again.
   */
  idsAt(place: ChainPlace): readonly CommitId[]

  /**
   * The commit with this seq when going back along `prev` from `tip`. `undefined`
   * when a header on the way is missing, or is not of the same chain and network
   * with a seq lower by one.
   */
  idOnChain(tip: CommitId, seq: number): CommitId | undefined

  /**
   * The newest entry of this context in the chain that ends at `tip`, `tip`
   * included, leaving out entries that are void for good.
   */
  lastOwnEntry(tip: CommitId, path: ContextPath): CommitId | undefined

  /** Whether the entry of this context in commit `id` is one of `deps`, or in the past of one. All of them were found. */
  isCovered(id: CommitId, path: ContextPath, deps: readonly CommitId[]): boolean

  hasPayload(hash: PayloadHash): boolean

  /**
   * Whether the payload of an entry keeps the rules for updates, given the state
   * at the entry's `deps`. Asked only when these are applied and the payload is here.
   */
  isPayloadValid(commit: Commit, index: number): boolean

  /**
   * The commit of an entry of the same context that applies, was not seen by this one, and
   * writes a Yjs clock that this one writes, if it goes before: it is dated earlier, or
   * alike with the lower id. Asked of entries that would apply without it.
   */
  rivalOf(commit: Commit, index: number): CommitId | undefined
}

/** A commit that was received, and what was said of it last. */
export interface PastCommit {
  readonly header: CommitHeader
  readonly verdict: CommitVerdict
  /** `undefined` when the commit is parked, or has no entry of that context. */
  entryVerdict(path: ContextPath): EntryVerdict | undefined
}
