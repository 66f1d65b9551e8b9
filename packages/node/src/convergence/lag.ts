import type { CommitId } from '@hcfs/core'
import { toMilliseconds } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import type { ChainLog, TipsByChain } from './chain-holding.ts'
import { chainOf, holds } from './chain-holding.ts'

/** How far one replica is behind another. */
export interface Lag {
  readonly isNone: boolean
  readonly commits: number
  /** When the oldest of them was written; for a long chain, the oldest that was looked at. */
  readonly sinceMs: number | undefined
}

/** A chain that lags by more is not followed to its oldest commit. */
const LAG_WALK_MAX = 1_000

/** What somebody lacks of the commits that are here. */
export function lagOf(theirs: TipsByChain, ours: TipsByChain, log: ChainLog): Lag {
  let commits = 0
  let sinceMs: number | undefined
  let isNone = true
  for (const tip of [...ours.values()].flat()) {
    if (holds(theirs, tip, { log, known: ours })) continue
    isNone = false
    const reached = Math.max(0, ...(theirs.get(chainOf(tip)) ?? []).map(({ seq }) => seq))
    const fromSeq = Math.min(reached + 1, tip.seq)
    commits += tip.seq - fromSeq + 1
    const writtenMs = writtenAtMs(log, tip, fromSeq)
    if (writtenMs !== undefined) sinceMs = Math.min(writtenMs, sinceMs ?? writtenMs)
  }
  return { isNone, commits, sinceMs }
}

/** What others say they hold and that is not here. */
export function missingHere(theirs: TipsByChain, ours: TipsByChain, log: ChainLog): number {
  let commits = 0
  for (const tip of [...theirs.values()].flat()) {
    if (log.positionOf(tip.id) !== undefined) continue
    const here = Math.max(0, ...(ours.get(chainOf(tip)) ?? []).map(({ seq }) => seq))
    commits += Math.max(1, tip.seq - here)
  }
  return commits
}

function writtenAtMs(log: ChainLog, tip: ChainTip, fromSeq: number): number | undefined {
  let id: CommitId | undefined = tip.id
  let writtenMs: number | undefined
  for (let steps = 0; id !== undefined && steps < LAG_WALK_MAX; steps += 1) {
    const position = log.positionOf(id)
    if (position === undefined) break
    const { header } = log.header(position)
    if (header.seq < fromSeq) break
    writtenMs = toMilliseconds(header.hlc)
    id = header.prev
  }
  return writtenMs
}
