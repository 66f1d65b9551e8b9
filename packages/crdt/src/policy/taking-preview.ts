import type { DeviceId, GrantId } from '@hcfs/core'
import type { Chain } from '../commit/policy-view.ts'
import { cutAcross } from './cut-across.ts'
import type { ChainTip, SpaceFrontier } from './frontier.ts'
import { chainKey, sortedFrontiers } from './frontier.ts'
import type { ChainEnds } from './policy-facts.ts'
import type { PolicyState } from './policy-state.ts'

/** What a replica can say about the entries under a grant. */
export interface GrantedEntries {
  /** The newest commit held of every chain that has an entry under the grant. */
  chainsUnder(grant: GrantId): Iterable<Chain & ChainTip>
  /** How many entries under the grant a chain has after a seq. */
  countAfter(grant: GrantId, chain: Chain, seq: number): number
}

/** What would become void, for the owner to see before anything is signed. */
export interface TakingPreview {
  /** The grant, and those delegated from it, which fall with it. */
  readonly grants: readonly GrantId[]
  /** Who would lose entries, and how many; the most first. */
  readonly losses: readonly { readonly author: DeviceId; readonly entries: number }[]
}

/** The cuts that make nothing void of what is held here. */
export function cutsAtNewest(state: PolicyState, grant: GrantId, held: GrantedEntries): SpaceFrontier[] {
  const tips = new Map<string, Chain & ChainTip>()
  for (const id of state.withDescendants(grant)) {
    for (const tip of held.chainsUnder(id)) tips.set(chainKey(tip), tip)
  }
  const spaces = Map.groupBy(tips.values(), ({ space }) => space)
  return sortedFrontiers([...spaces].map(([space, all]) => ({ space, tips: all.map(tipOf) })))
}

export function previewTaking(
  state: PolicyState,
  { grant, cuts }: { readonly grant: GrantId; readonly cuts: readonly SpaceFrontier[] },
  held: GrantedEntries
): TakingPreview {
  const grants = state.withDescendants(grant)
  const horizons = state.facts.horizonEnds
  const taking = { kind: 'revoke', epoch: state.epoch + 1, cuts: endsOf(cuts), horizons } as const
  const losses = new Map<DeviceId, number>()
  for (const id of grants) {
    for (const tip of held.chainsUnder(id)) {
      // What an earlier taking made void is no loss of this one.
      const before = state.cutOf({ ...tip, grant: id })?.seq ?? tip.seq
      const after = Math.min(before, cutAcross([taking], chainKey(tip))!.seq)
      const lost = held.countAfter(id, tip, after) - held.countAfter(id, tip, before)
      if (lost > 0) losses.set(tip.author, (losses.get(tip.author) ?? 0) + lost)
    }
  }
  const most = [...losses].sort(([, left], [, right]) => right - left)
  return { grants, losses: most.map(([author, entries]) => ({ author, entries })) }
}

function endsOf(cuts: readonly SpaceFrontier[]): ChainEnds {
  return new Map(
    cuts.flatMap(({ space, tips }) =>
      tips.map(({ seq, id, ...writer }) => [chainKey({ ...writer, space }), { seq, id }] as const)
    )
  )
}

function tipOf({ author, incarnation, seq, id }: ChainTip): ChainTip {
  return { author, incarnation, seq, id }
}
