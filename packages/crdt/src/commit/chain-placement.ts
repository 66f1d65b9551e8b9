import type { CommitId } from '@hcfs/core'
import type { CausalPast } from './causal-past.ts'
import type { Commit } from './commit.ts'
import type { ChainEnd, PolicyView } from './policy-view.ts'
import { chainPlaceOf } from './signed-header.ts'

/** `open`: neither shown to lie on a chain nor to lie off it, because headers of the chain are missing. */
export type Placement = 'on' | 'off' | 'open'

/**
 * Whether a commit lies on the chain that leads to `end`. One that lies off it has
 * a twin on it, so as long as the answer is open without a known twin, going on as
 * if it were `on` does no harm: the header that closes the chain is that twin.
 */
export function placementOn(end: ChainEnd, { id, header }: Commit, past: CausalPast): Placement {
  if (header.seq > end.seq || end.id === undefined) return 'off'
  const there = header.seq === end.seq ? end.id : past.idOnChain(end.id, header.seq)
  if (there === undefined) return 'open'
  return there === id ? 'on' : 'off'
}

/**
 * Where a commit stands towards the last settlement of its chain; `undefined` when
 * that says nothing of it. After the settled place, prev has the verdict already.
 */
export function settledPlacement(commit: Commit, past: CausalPast, policy: PolicyView): Placement | undefined {
  const { seq, author, incarnation, space } = commit.header
  const settled = policy.settlementOf({ author, incarnation, space })
  return settled === undefined || seq > settled.seq ? undefined : placementOn(settled, commit, past)
}

/** Another commit that its author signed for the same place; the lowest id, so that every replica names the same. */
export function twinOf({ id, header }: Commit, past: CausalPast): CommitId | undefined {
  let twin: CommitId | undefined
  for (const other of past.idsAt(chainPlaceOf(header))) {
    if (other !== id && (twin === undefined || other < twin)) twin = other
  }
  return twin
}
