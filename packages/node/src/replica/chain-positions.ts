import type { CommitId } from '@hcfs/core'
import type { StoreReads } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ChainName } from './own-chain.ts'
import { readBranches } from './own-chain.ts'
import { isOfChain } from './stored-past.ts'

/** Where in the log the commits of a chain stand, on whichever branch, from a position on. In no order. */
export function chainPositions(
  { store, log }: { store: StoreReads; log: Pick<CommitLog, 'positionOf' | 'header'> },
  chain: ChainName,
  from: number
): ReadonlySet<number> {
  const found = new Set<number>()
  for (const tip of readBranches(store, chain)) {
    for (let id: CommitId | undefined = tip.id; id !== undefined; ) {
      const position = log.positionOf(id)
      // What follows in a chain stands behind it in the log, so below this there is nothing more.
      if (position === undefined || position < from || found.has(position)) break
      const { header } = log.header(position)
      if (!isOfChain(header, chain)) break
      found.add(position)
      id = header.prev
    }
  }
  return found
}
