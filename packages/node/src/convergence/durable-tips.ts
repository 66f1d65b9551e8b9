import type { ContextPath } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import type { ChainLog } from './chain-holding.ts'

/** The copy that this node holds. A `Replica` is one. */
export interface HeldCopy {
  readonly log: ChainLog
  /** What is on the disk. */
  readonly changes: { readonly position: number; waitBeyond(position: number, signal: AbortSignal): Promise<void> }
  /** The newest commit of each chain, and of a forked chain of each branch; may run ahead of the disk. */
  tipsOf(space: ContextPath): readonly ChainTip[] | Promise<readonly ChainTip[]>
}

/**
 * The tips of what is on the disk. With buffered durability a chain may run ahead
 * of it: such a tip is followed back to its newest commit that an fsync has covered.
 */
export async function durableTips(copy: HeldCopy, space: ContextPath): Promise<ChainTip[]> {
  // Before the tips are read: what becomes durable meanwhile is told next time.
  const upTo = copy.changes.position
  const tips = await copy.tipsOf(space)
  const durable = tips.flatMap((tip) => durablePart(copy.log, tip, upTo) ?? [])
  // Two branches that run ahead of the disk lead back to one commit.
  return [...new Map(durable.map((tip) => [tip.id, tip])).values()]
}

function durablePart(log: ChainLog, tip: ChainTip, upTo: number): ChainTip | undefined {
  let { id } = tip
  for (;;) {
    const position = log.positionOf(id)
    if (position === undefined) return undefined
    const { header } = log.header(position)
    if (position <= upTo) return { ...tip, seq: header.seq, id }
    if (header.prev === undefined) return undefined
    id = header.prev
  }
}
