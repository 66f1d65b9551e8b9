import type { CommitId, DeviceId } from '@hcfs/core'
import type { ChainTip, SignedHeader } from '@hcfs/crdt'

/** The log, as far as chains are followed in it. A `CommitLog` is one. */
export interface ChainLog {
  positionOf(id: CommitId): number | undefined
  header(position: number): Pick<SignedHeader, 'id' | 'header'>
}

/** The tips of chains by chain: one each, and one for each branch of a chain that forked. */
export type TipsByChain = ReadonlyMap<string, readonly ChainTip[]>

export function chainOf({ author, incarnation }: { readonly author: DeviceId; readonly incarnation: number }): string {
  return `${author}${incarnation}`
}

export function tipsByChain(tips: readonly ChainTip[]): Map<string, ChainTip[]> {
  const chains = new Map<string, ChainTip[]>()
  for (const tip of tips) {
    const chain = chainOf(tip)
    const branches = chains.get(chain)
    if (branches === undefined) chains.set(chain, [tip])
    else branches.push(tip)
  }
  return chains
}

/** A fork is walked back this far. Beyond it nothing is claimed: a copy too few is safe, one too many is not. */
export const FORK_WALK_MAX = 10_000

/**
 * Whether whoever holds these tips holds a commit. On a chain that is known to
 * have forked the branch must be the right one, so it is followed down to the commit.
 *
 * @param known The tips of this node, which show most forks.
 */
export function holds(
  theirs: TipsByChain,
  commit: ChainTip,
  { log, known }: { log: ChainLog; known: TipsByChain }
): boolean {
  const chain = chainOf(commit)
  const branches = theirs.get(chain) ?? []
  const isForked = branches.length > 1 || (known.get(chain)?.length ?? 0) > 1
  return branches.some((tip) => {
    if (tip.seq <= commit.seq) return tip.id === commit.id
    return !isForked || leadsDownTo(log, tip, commit)
  })
}

function leadsDownTo(log: ChainLog, tip: ChainTip, commit: ChainTip): boolean {
  let id: CommitId | undefined = tip.id
  for (let steps = 0; id !== undefined && steps < FORK_WALK_MAX; steps += 1) {
    if (id === commit.id) return true
    const position = log.positionOf(id)
    if (position === undefined) return false
    const { header } = log.header(position)
    if (header.seq <= commit.seq) return false
    id = header.prev
  }
  return false
}
