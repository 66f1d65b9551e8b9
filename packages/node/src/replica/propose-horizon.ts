import type { Clock, HorizonProposal, HorizonTip } from '@hcfs/core'
import { endOfMillisecond } from '@hcfs/core'
import type { CommitLog } from './commit-log.ts'

export interface HorizonQuestion {
  readonly space: string
  readonly keepMs: number
  readonly signal?: AbortSignal
}

/**
 * Where the history of a space could be cut, so that everything younger than
 * `keepMs` stays: the newest commit of each chain that is dated before. A commit is
 * dated after all that it follows, so what lies at or below these commits is whole.
 */
export async function proposeHorizon(
  { log, clock }: { log: Pick<CommitLog, 'commits'>; clock: Pick<Clock, 'now'> },
  { space, keepMs, signal }: HorizonQuestion
): Promise<HorizonProposal> {
  const olderThanMs = Math.max(0, clock.now() - keepMs)
  const bound = endOfMillisecond(olderThanMs)
  const tips = new Map<string, HorizonTip>()
  let commits = 0
  let bytes = 0
  for await (const { signed, entries } of log.commits({ after: 0, ...(signal && { signal }) })) {
    const { author, incarnation, seq, hlc } = signed.header
    if (signed.header.space !== space || hlc > bound) continue
    commits += 1
    bytes += entries.reduce((sum, { entryBytes, payload }) => sum + entryBytes.length + payload.length, 0)
    const chain = `${author} ${incarnation}`
    if ((tips.get(chain)?.seq ?? -1) < seq) tips.set(chain, { author, incarnation, seq, commit: signed.id })
  }
  const frontier = [...tips.values()].sort((a, b) => (a.commit < b.commit ? -1 : 1))
  return { space, keepMs, olderThan: new Date(olderThanMs).toISOString(), commits, bytes, frontier }
}
