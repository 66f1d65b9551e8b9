import type { DeviceId, GrantId } from '@hcfs/core'
import type { PolicyView } from '@hcfs/crdt'
import { PolicyState } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreReads } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import { firstHeld } from './first-held.ts'
import type { JudgeScope } from './judge-log.ts'
import type { ChainName, StoredTip } from './own-chain.ts'
import { decodeBranches } from './own-chain.ts'
import { isOfChain } from './stored-past.ts'

export interface PolicyScopeComponents {
  store: StoreReads
  log: CommitLog
}

const EVERYTHING: JudgeScope = { from: 1 }

/** Which commits a change of the policy may say something else of; `undefined` when of none. */
export async function policyScope(
  { store, log }: PolicyScopeComponents,
  before: PolicyView,
  after: PolicyView
): Promise<JudgeScope | undefined> {
  if (!(before instanceof PolicyState && after instanceof PolicyState)) return EVERYTHING
  const taken = grantsTaken(before, after)
  const subjects = new Set(taken.flatMap((grant) => after.grant(grant)?.subject ?? []))
  const chains = new Set<StoreKey>()
  let from = Number.POSITIVE_INFINITY
  for await (const chunk of store.scanText(keys.family('chain'))) {
    for (const [key, text] of chunk) {
      const chain = keys.parseChainKey(key)
      const tips = decodeBranches(text)
      const isCut = subjects.has(chain.author)
      if (isCut) from = Math.min(from, firstBeyond(log, { chain, tips, seq: lowestCut(after, chain, taken) }))
      if (isCut || (tips.length > 1 && isSettledAnew(before, after, chain))) chains.add(key)
    }
  }
  if (chains.size === 0) return undefined
  from = Math.min(from, (await firstHeld(store)) ?? from)
  return Number.isFinite(from) ? { from, chains } : undefined
}

/** With those that were delegated from them. */
function grantsTaken(before: PolicyState, after: PolicyState): GrantId[] {
  const taken = [...after.facts.takings].filter(
    ([id, takings]) => before.facts.takings.get(id)?.length !== takings.length
  )
  return [...new Set(taken.flatMap(([id]) => after.withDescendants(id)))]
}

function isSettledAnew(before: PolicyState, after: PolicyState, chain: ChainName): boolean {
  const [was, is] = [before.settlementOf(chain), after.settlementOf(chain)]
  return was?.seq !== is?.seq || was?.id !== is?.id
}

function lowestCut(policy: PolicyState, chain: ChainName & { author: DeviceId }, grants: readonly GrantId[]): number {
  return Math.min(...grants.map((grant) => policy.cutOf({ grant, ...chain })?.seq ?? Number.POSITIVE_INFINITY))
}

/** The lowest position of what the branches of a chain hold beyond a place. */
function firstBeyond(
  log: CommitLog,
  { chain, tips, seq }: { chain: ChainName; tips: readonly StoredTip[]; seq: number }
): number {
  let lowest = Number.POSITIVE_INFINITY
  for (const tip of tips) {
    for (let id: StoredTip['id'] | undefined = tip.id; id !== undefined; ) {
      const position = log.positionOf(id)
      if (position === undefined) break
      const { header } = log.header(position)
      if (header.seq <= seq || !isOfChain(header, chain)) break
      lowest = Math.min(lowest, position)
      id = header.prev
    }
  }
  return lowest
}
