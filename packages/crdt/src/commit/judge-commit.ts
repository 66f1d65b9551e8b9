import type { CommitId, HybridTime } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { CausalPast, PastCommit } from './causal-past.ts'
import { settledPlacement, twinOf } from './chain-placement.ts'
import type { Commit } from './commit.ts'
import { finallyVoid, judgeEntry } from './judge-entry.ts'
import type { PolicyView } from './policy-view.ts'
import type { Awaited, CommitVerdict, EntryVerdict, Voided, VoidReason } from './verdict.ts'

/** What a verdict rests on, beside the bytes of the commit. */
export interface Grounds {
  readonly past: CausalPast
  readonly policy: PolicyView
  /** Our wall clock, as a hybrid time. */
  readonly nowHlc: HybridTime
}

const MICROSECONDS_PER_MS = 1_000
const PARK_AHEAD_MAX = FORMAT_LIMITS.parkAheadMsMax * MICROSECONDS_PER_MS

/** What is not on the chain takes everything that follows it off the chain as well. */
const INHERITED_REASONS: ReadonlySet<VoidReason> = new Set(['chain-broken', 'against-settlement'])

/**
 * The Validity rule. The caller has verified the signature.
 *
 * 1. Questions are asked in the order of docs/reference/commit-format.md, and the
 *    first that does not pass decides, so that replicas agree on reasons too.
 * 2. Nothing is decided from an absence: what may still come parks the commit.
 *    The one exception is a twin; whoever learns of one judges again.
 * 3. What is held is never parked later, because its chain goes on meanwhile.
 */
export function judgeCommit(commit: Commit, { past, policy, nowHlc }: Grounds): CommitVerdict {
  if (commit.header.network !== policy.network) return voidWhole(commit, finallyVoid('other-network'))
  const early = awaitedFirst(commit, policy, nowHlc) ?? missingParents(commit, past)
  if (early !== undefined) return { verdict: 'park', ...early }
  const placement = settledPlacement(commit, past, policy)
  const astray = judgeLink(commit, past) ?? (placement === 'off' ? finallyVoid('against-settlement') : undefined)
  if (astray !== undefined) return voidWhole(commit, astray)
  const grants = missingGrants(commit, policy)
  if (grants !== undefined) return { verdict: 'park', ...grants }

  const held = judgeTwin(commit, past)
  const whole = placement === 'open' && held !== undefined ? held : judgeSequence(commit, past)
  const evidence = { commit, past, policy, held, isSettled: placement === 'on' }
  const verdicts = commit.entries.map((entry) => whole ?? judgeEntry(entry, evidence))
  return judgePayloads(commit, past, verdicts)
}

function awaitedFirst({ header }: Commit, policy: PolicyView, nowHlc: HybridTime): Awaited | undefined {
  if (header.keyEpoch !== undefined) return { reason: 'format-unknown' }
  if (header.hlc > nowHlc + PARK_AHEAD_MAX) return { reason: 'clock-ahead', waitingFor: header.hlc }
  if (header.epoch > policy.epoch) return { reason: 'epoch-missing', waitingFor: header.epoch }
  return undefined
}

function missingParents({ header, entries }: Commit, past: CausalPast): Awaited | undefined {
  const missing = new Set<CommitId>()
  const ask = (id: CommitId): void => {
    const parent = past.find(id)
    if (parent === undefined || parent.verdict.verdict === 'park') missing.add(id)
  }
  if (header.prev !== undefined) ask(header.prev)
  for (const { deps } of entries) deps.forEach(ask)
  return missing.size === 0 ? undefined : { reason: 'parents-missing', waitingFor: [...missing] }
}

function judgeLink(commit: Commit, past: CausalPast): Voided | undefined {
  const prev = prevOf(commit, past)
  if (prev === undefined) return undefined
  if (!isNextInChain(commit, prev)) return finallyVoid('chain-broken', commit.header.prev)
  const { verdict } = prev
  const isInherited = verdict.verdict === 'void' && INHERITED_REASONS.has(verdict.reason)
  return isInherited ? finallyVoid(verdict.reason, commit.header.prev) : undefined
}

function judgeSequence(commit: Commit, past: CausalPast): Voided | undefined {
  const { header } = commit
  const prev = prevOf(commit, past)?.header
  if (prev !== undefined && header.hlc <= prev.hlc) return finallyVoid('hlc-not-after-prev', header.prev)
  if (prev !== undefined && header.epoch < prev.epoch) return finallyVoid('epoch-below-prev', header.prev)
  return undefined
}

function prevOf({ header }: Commit, past: CausalPast): PastCommit | undefined {
  return header.prev === undefined ? undefined : past.find(header.prev)
}

function isNextInChain({ header }: Commit, { header: prev }: PastCommit): boolean {
  return (
    prev.network === header.network &&
    prev.space === header.space &&
    prev.author === header.author &&
    prev.incarnation === header.incarnation &&
    prev.seq === header.seq - 1
  )
}

function missingGrants({ header, entries }: Commit, policy: PolicyView): Awaited | undefined {
  const { author, epoch } = header
  const unknown = entries.filter(
    ({ grant, path }) => policy.grantCovers({ grant, author, path, epoch, right: 'write' }) === 'unknown'
  )
  if (unknown.length === 0) return undefined
  return { reason: 'grants-missing', waitingFor: [...new Set(unknown.map(({ grant }) => grant))] }
}

function judgeTwin(commit: Commit, past: CausalPast): Voided | undefined {
  const twin = twinOf(commit, past)
  return twin === undefined ? undefined : { verdict: 'void', reason: 'fork-held', isFinal: false, because: twin }
}

/** A held entry may come back, so its payload has to be here like that of one that applies. */
function judgePayloads(commit: Commit, past: CausalPast, verdicts: readonly EntryVerdict[]): CommitVerdict {
  const missing = commit.entries.flatMap(({ payloadHash }, index) => {
    const isNeeded = payloadHash !== undefined && !isFinallyVoid(verdicts[index]!)
    return isNeeded && !past.hasPayload(payloadHash) ? [payloadHash] : []
  })
  if (missing.length > 0) return { verdict: 'park', reason: 'payloads-missing', waitingFor: [...new Set(missing)] }
  return summedUp(
    verdicts.map((verdict, index) => {
      if (verdict.verdict === 'void' || commit.entries[index]!.payloadHash === undefined) return verdict
      if (!past.isPayloadValid(commit, index)) return finallyVoid('payload-invalid')
      const rival = past.rivalOf(commit, index)
      return rival === undefined ? verdict : { verdict: 'void', reason: 'clock-taken', isFinal: false, because: rival }
    })
  )
}

function isFinallyVoid(verdict: EntryVerdict): boolean {
  return verdict.verdict === 'void' && verdict.isFinal
}

/** What is said of a commit when this is said of its entries. */
export function summedUp(entries: readonly EntryVerdict[]): CommitVerdict {
  const voids = entries.filter((entry) => entry.verdict === 'void')
  if (voids.length < entries.length) return { verdict: 'apply', entries }
  return { ...voids[0]!, isFinal: voids.every(isFinallyVoid), entries: voids }
}

function voidWhole({ entries }: Commit, voided: Voided): CommitVerdict {
  return { ...voided, entries: entries.map(() => voided) }
}
