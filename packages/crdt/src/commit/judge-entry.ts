import type { CommitId } from '@hcfs/core'
import type { CausalPast } from './causal-past.ts'
import { placementOn } from './chain-placement.ts'
import type { Commit, CommitEntry, CommitHeader } from './commit.ts'
import type { PolicyView } from './policy-view.ts'
import type { EntryVerdict, Voided, VoidReason } from './verdict.ts'

/** What the verdict on an entry depends on. The commit's parents are applied or void, and its grants are here. */
export interface Evidence {
  readonly commit: Commit
  readonly past: CausalPast
  readonly policy: PolicyView
  /** Why the commit's entries are held, if it has a twin and nothing decides between the two. */
  readonly held: Voided | undefined
  /** Whether a settlement names the commit's branch. */
  readonly isSettled: boolean
}

const APPLIES: EntryVerdict = { verdict: 'apply' }

/** Everything but the payload. The first question that does not pass decides. */
export function judgeEntry(entry: CommitEntry, evidence: Evidence): EntryVerdict {
  return (
    judgeRight(entry, evidence) ??
    judgeBranch(entry, evidence) ??
    judgeDeps(entry, evidence) ??
    judgeOwnPast(entry, evidence) ??
    APPLIES
  )
}

export function finallyVoid(reason: VoidReason, because?: CommitId): Voided {
  return { verdict: 'void', reason, isFinal: true, ...(because !== undefined && { because }) }
}

function judgeRight({ path, grant }: CommitEntry, { commit, policy }: Evidence): Voided | undefined {
  const { author, space, epoch } = commit.header
  if (policy.spaceOf(path, epoch) !== space) return finallyVoid('space-wrong')
  const covers = policy.grantCovers({ grant, author, path, epoch, right: 'write' })
  return covers === 'yes' ? undefined : finallyVoid('grant-missing')
}

/** A cut decides between a commit and its twin as a settlement does, for the entries under its grant. */
function judgeBranch({ grant }: CommitEntry, { commit, past, policy, held, isSettled }: Evidence): Voided | undefined {
  const { author, incarnation, space } = commit.header
  const cut = policy.cutOf({ grant, author, incarnation, space })
  if (cut === undefined) return isSettled ? undefined : held
  const placement = placementOn(cut, commit, past)
  if (placement === 'off') return finallyVoid('past-cut')
  return placement === 'open' ? held : undefined
}

function judgeDeps(entry: CommitEntry, evidence: Evidence): Voided | undefined {
  for (const dep of entry.deps) {
    const voided = judgeDep(dep, entry, evidence)
    if (voided !== undefined) return voided
  }
  return undefined
}

function judgeDep(dep: CommitId, { path }: CommitEntry, { commit: { header }, past }: Evidence): Voided | undefined {
  const parent = past.find(dep)
  const verdict = parent?.entryVerdict(path)
  if (parent === undefined || verdict === undefined || !isOfSpace(parent.header, header)) {
    return finallyVoid('dep-of-other-context', dep)
  }
  if (header.hlc <= parent.header.hlc) return finallyVoid('hlc-not-after-dep', dep)
  if (header.epoch < parent.header.epoch) return finallyVoid('epoch-below-dep', dep)
  if (verdict.verdict === 'apply') return undefined
  return { verdict: 'void', reason: 'dep-void', isFinal: verdict.isFinal, because: dep }
}

function isOfSpace(parent: CommitHeader, header: CommitHeader): boolean {
  return parent.network === header.network && parent.space === header.space
}

/** An author that forgets its own last write of a context would use the same Yjs clocks twice. */
function judgeOwnPast({ path, deps }: CommitEntry, { commit: { header }, past }: Evidence): Voided | undefined {
  const own = header.prev === undefined ? undefined : past.lastOwnEntry(header.prev, path)
  if (own === undefined || past.isCovered(own, path, deps)) return undefined
  const isFinal = past.find(own)?.entryVerdict(path)?.verdict === 'apply'
  return { verdict: 'void', reason: 'own-entry-not-seen', isFinal, because: own }
}
