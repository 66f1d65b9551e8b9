import type { CommitId } from '@hcfs/core'
import type { HiddenReason, HidingEntry } from './context-row.ts'

/** What the rule needs to know of an entry that is being applied. */
export interface AppliedEntry {
  readonly commit: CommitId
  readonly kind: 'update' | 'delete' | 'undelete' | 'expire'
  /** Of a delete: a moved context is hidden like a removed one and shown as such. */
  readonly reason: HiddenReason
  /** Of an expire entry: names the value of `expires` that it acts on. */
  readonly about?: string
}

/**
 * Which entries hide a context after `entry` was applied to it.
 *
 * 1. A context is hidden while some delete counts that no undelete and no
 *    re-creating put has in its past. An edit that is concurrent with a delete
 *    therefore loses, and is found again by `undelete`.
 * 2. A delete that follows another replaces it: whatever takes back the later
 *    one has both in its past.
 *
 * `isInPast` says whether the entry saw another one when it was written.
 */
export function hidingAfter(
  before: readonly HidingEntry[],
  entry: AppliedEntry,
  isInPast: (ancestor: CommitId) => boolean
): readonly HidingEntry[] {
  const unseen = before.filter(({ commit }) => !isInPast(commit))
  if (entry.kind === 'update' || entry.kind === 'undelete') return unseen
  const hiding: HidingEntry = {
    commit: entry.commit,
    reason: entry.kind === 'expire' ? 'expired' : entry.reason,
    ...(entry.about === undefined ? {} : { about: entry.about })
  }
  return [...unseen, hiding].sort((a, b) => (a.commit < b.commit ? -1 : 1))
}
