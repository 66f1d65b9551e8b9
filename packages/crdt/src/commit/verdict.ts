import type { CommitId, GrantId, HybridTime, PayloadHash } from '@hcfs/core'

/**
 * What the Validity rule says of a commit. Apart from `clock-ahead`, it follows
 * from the commit's bytes, its causal past and the policy alone: replicas that
 * hold the same give the same verdict, in whatever order things arrived.
 *
 * - `apply`: the commit takes its place in the log. Entries that are void in it
 *   have no effect; the others become visible together.
 * - `park`: something is not here yet. Not acknowledged, not forwarded, not built
 *   upon; to be judged again when what it waits for may have come.
 * - `void`: nothing of it counts. It stays in the log with the reason, and the
 *   next commit of its chain may follow it.
 */
export type CommitVerdict = CommitApplied | CommitParked | CommitVoid

export interface CommitApplied {
  readonly verdict: 'apply'
  /** In the order of the commit's entries; at least one applies. */
  readonly entries: readonly EntryVerdict[]
}

export type CommitParked = { readonly verdict: 'park' } & Awaited

/** What a parked commit waits for. */
export type Awaited =
  | { readonly reason: 'format-unknown' }
  /** Our wall clock has to come within five minutes of this time. */
  | { readonly reason: 'clock-ahead'; readonly waitingFor: HybridTime }
  | { readonly reason: 'epoch-missing'; readonly waitingFor: number }
  | { readonly reason: 'parents-missing'; readonly waitingFor: readonly CommitId[] }
  | { readonly reason: 'grants-missing'; readonly waitingFor: readonly GrantId[] }
  | { readonly reason: 'payloads-missing'; readonly waitingFor: readonly PayloadHash[] }

export interface CommitVoid extends Voided {
  /** In the order of the commit's entries. The commit's own reason is that of the first. */
  readonly entries: readonly EntryVoid[]
}

export type EntryVerdict = { readonly verdict: 'apply' } | EntryVoid

export type EntryVoid = Voided

export interface Voided {
  readonly verdict: 'void'
  readonly reason: VoidReason
  /**
   * False while a fork is undecided: hidden like everything void, but a
   * settlement may yet bring it back, so nobody writes it anew.
   */
  readonly isFinal: boolean
  /** The other commit that makes this one void. */
  readonly because?: CommitId
}

export type VoidReason =
  // The whole commit
  | 'other-network'
  | 'chain-broken'
  | 'against-settlement'
  | 'hlc-not-after-prev'
  | 'epoch-below-prev'
  // One entry
  | 'space-wrong'
  | 'grant-missing'
  | 'past-cut'
  | 'dep-of-other-context'
  | 'hlc-not-after-dep'
  | 'epoch-below-dep'
  | 'dep-void'
  | 'own-entry-not-seen'
  | 'payload-invalid'
  // Not final
  | 'fork-held'
  | 'clock-taken'

/**
 * Whether the verdict may change as more commits and payloads arrive: it is to be
 * judged again then. Every other verdict changes only when the policy grows, or
 * when a twin of the commit or of one in its past turns up.
 */
export function isProvisional(verdict: CommitVerdict): boolean {
  if (verdict.verdict === 'park') return true
  return verdict.entries.some((entry) => entry.verdict === 'void' && !entry.isFinal)
}
