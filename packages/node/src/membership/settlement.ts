import { FORMAT_LIMITS } from '@hcfs/core'
import type { ChainTip, PolicyState, SpaceFrontier, Statement } from '@hcfs/crdt'

/**
 * What the owner's node has to sign so that nothing held here can be unsettled:
 * the chains that have grown since the last settlement. Empty when none has.
 * What one entry has no room for waits for the next.
 */
export function settlementDue(state: PolicyState, held: readonly SpaceFrontier[]): Statement[] {
  let room = FORMAT_LIMITS.policyChainsMax
  const statements: Statement[] = []
  for (const { space, tips } of held) {
    const grown = tips.filter((tip) => isAbove(state, space, tip)).slice(0, room)
    room -= grown.length
    if (grown.length > 0) statements.push({ kind: 'settle', frontier: { space, tips: grown } })
  }
  return statements.slice(0, FORMAT_LIMITS.policyStatementsMax)
}

function isAbove(state: PolicyState, space: SpaceFrontier['space'], { author, incarnation, seq }: ChainTip): boolean {
  if (!state.facts.spaces.has(space)) return false
  const settled = state.settlementOf({ author, incarnation, space })
  return settled === undefined || seq > settled.seq
}
