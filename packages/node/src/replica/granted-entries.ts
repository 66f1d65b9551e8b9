import type { ContextPath, DeviceId, GrantId } from '@hcfs/core'
import type { Chain, ChainTip, CommitEntry, CommitHeader, GrantedEntries, SignedHeader } from '@hcfs/crdt'

/** What is looked at of a commit in the log. */
export interface GrantedCommit {
  readonly signed: Pick<SignedHeader, 'id'> & {
    readonly header: Pick<CommitHeader, 'network' | 'author' | 'incarnation' | 'space' | 'seq'>
  }
  readonly entries: readonly { readonly entry: Pick<CommitEntry, 'grant'> }[]
}

/** One chain, with the seq of every entry by the grant that it was written under. */
interface GrantedChain {
  readonly chain: Chain
  tip: ChainTip
  readonly seqs: Map<GrantId, number[]>
}

/** Reads the whole log, for the asking: what would fall with a right is looked at by people before they decide. */
export async function readGrantedEntries(commits: AsyncIterable<GrantedCommit>): Promise<GrantedEntries> {
  const chains = new Map<string, GrantedChain>()
  for await (const { signed, entries } of commits) {
    const { author, incarnation, space, seq } = signed.header
    const place = { author, incarnation, space }
    const tip = { author, incarnation, seq, id: signed.id }
    const known = chains.get(nameOf(place)) ?? {
      chain: { network: signed.header.network, ...place },
      tip,
      seqs: new Map()
    }
    chains.set(nameOf(place), known)
    if (seq > known.tip.seq) known.tip = tip
    for (const { entry } of entries) {
      const seqs = known.seqs.get(entry.grant)
      if (seqs === undefined) known.seqs.set(entry.grant, [seq])
      else seqs.push(seq)
    }
  }
  return {
    *chainsUnder(grant) {
      for (const { chain, tip, seqs } of chains.values()) if (seqs.has(grant)) yield { ...chain, ...tip }
    },
    countAfter(grant, chain, seq) {
      const seqs = chains.get(nameOf(chain))?.seqs.get(grant) ?? []
      return seqs.filter((each) => each > seq).length
    }
  }
}

function nameOf({ author, incarnation, space }: { author: DeviceId; incarnation: number; space: ContextPath }): string {
  return `${author}${incarnation}${space}`
}
