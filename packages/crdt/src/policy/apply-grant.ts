import type { GrantId } from '@hcfs/core'
import type { SpaceFrontier } from './frontier.ts'
import { chainKey } from './frontier.ts'
import type { Grant, SignedGrant } from './grant.ts'
import { isWithinGrant } from './grant-narrowing.ts'
import { grownMap } from './grown-map.ts'
import { otherNetwork, refusedStatement } from './policy-errors.ts'
import type { ChainEnds, PolicyFacts, Taking } from './policy-facts.ts'
import type { TakingStatement } from './statement.ts'

export function applyGrant(facts: PolicyFacts, grant: SignedGrant): PolicyFacts {
  if (grant.network !== facts.network) throw otherNetwork()
  if (grant.parent !== undefined || grant.issuer !== facts.owner) {
    throw refusedStatement('grant-not-of-owner', 'A grant in the log is given by the owner')
  }
  // Else an entry of today could make what was void yesterday valid.
  if (grant.fromEpoch < facts.epoch) {
    throw refusedStatement('grant-back-dated', 'A grant holds from the epoch of its entry on at the earliest')
  }
  if (facts.grants.has(grant.id)) throw refusedStatement('grant-known', 'The grant was given before')
  return { ...facts, grants: grownMap('ownerGrantsMax', facts.grants, [grant.id, termsOf(grant)]) }
}

/**
 * The grant may be one that is not in the log: delegated ones are known by their id.
 * Takings of one grant add up, so a later one never brings back what an earlier
 * one took.
 */
export function applyTaking(facts: PolicyFacts, statement: TakingStatement): PolicyFacts {
  const { kind, grant, cuts } = statement
  const ends = cutEnds(cuts, facts.horizonEnds)
  const taking: Taking = { kind, epoch: facts.epoch, cuts: ends, horizons: facts.horizonEnds }
  const all = [...(facts.takings.get(grant) ?? []), taking]
  const after = { ...facts, takings: grownMap<GrantId, readonly Taking[]>('takingsMax', facts.takings, [grant, all]) }
  if (statement.kind !== 'narrow') return after
  assertNarrower(statement.replacement, facts.grants.get(grant))
  return applyGrant(after, statement.replacement)
}

function assertNarrower(replacement: SignedGrant, grant: Grant | undefined): void {
  if (grant === undefined) {
    throw refusedStatement(
      'grant-unknown',
      'Only a grant of the owner can be narrowed; revoke the other, and give a new one'
    )
  }
  const isNarrower =
    replacement.subject === grant.subject && replacement.depth <= grant.depth && isWithinGrant(replacement, grant)
  if (!isNarrower) throw refusedStatement('grant-not-narrower', 'The replacement gives more than what it replaces')
}

function cutEnds(cuts: readonly SpaceFrontier[], horizons: ChainEnds): ChainEnds {
  const ends = new Map<string, { seq: number; id: SpaceFrontier['tips'][number]['id'] }>()
  for (const { space, tips } of cuts) {
    for (const { author, incarnation, seq, id } of tips) {
      const key = chainKey({ author, incarnation, space })
      if (seq < (horizons.get(key)?.seq ?? 0)) {
        throw refusedStatement(
          'cut-below-horizon',
          'A cut lies below the horizon, where nothing can be voided any more'
        )
      }
      ends.set(key, { seq, id })
    }
  }
  return ends
}

function termsOf({ bytes: _bytes, signature: _signature, ...grant }: SignedGrant): Grant {
  return grant
}
