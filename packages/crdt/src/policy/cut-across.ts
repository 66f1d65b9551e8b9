import type { ChainEnd } from '../commit/policy-view.ts'
import type { Taking } from './policy-facts.ts'

const NOTHING: ChainEnd = { seq: 0 }

/**
 * Where a chain ends when rights were taken more than once: at the lowest of the
 * cuts, and of equally low ones at the newest. So no entry that is void past a cut
 * ever comes back, which authors rely on when they write theirs anew.
 */
export function cutAcross(takings: readonly Taking[], chain: string): ChainEnd | undefined {
  let lowest: { readonly end: ChainEnd; readonly epoch: number } | undefined
  for (const { epoch, cuts, horizons } of takings) {
    const end = cuts.get(chain) ?? horizons.get(chain) ?? NOTHING
    const isLower = lowest === undefined || end.seq < lowest.end.seq
    if (isLower || (end.seq === lowest!.end.seq && epoch > lowest!.epoch)) lowest = { end, epoch }
  }
  return lowest?.end
}
