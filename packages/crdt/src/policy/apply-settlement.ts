import type { ChainEnd } from '../commit/policy-view.ts'
import type { ChainTip, SpaceFrontier } from './frontier.ts'
import { chainKey } from './frontier.ts'
import type { StatementRule } from './policy-errors.ts'
import { refusedStatement } from './policy-errors.ts'
import type { ChainEnds, PolicyFacts } from './policy-facts.ts'
import type { HorizonStatement } from './statement.ts'

/** Settles what it lists; of chains that it does not list stays settled what was. */
export function applySettlement(facts: PolicyFacts, frontier: SpaceFrontier): PolicyFacts {
  assertSpace(facts, frontier)
  return { ...facts, settlements: moved(facts.settlements, frontier, 'settlement-goes-back') }
}

/** Lies within what is settled: below a horizon nothing may be undecided. */
export function applyHorizon(facts: PolicyFacts, { frontier, root }: HorizonStatement): PolicyFacts {
  assertSpace(facts, frontier)
  const { space, tips } = frontier
  for (const tip of tips) {
    if (!isBeyond(facts.settlements.get(chainKey({ ...tip, space })), tip)) continue
    throw refusedStatement('horizon-not-settled', 'A horizon names a place of a chain that is not settled')
  }
  return {
    ...facts,
    horizonEnds: moved(facts.horizonEnds, frontier, 'horizon-goes-back'),
    horizons: new Map(facts.horizons).set(space, { epoch: facts.epoch, root })
  }
}

function moved(ends: ChainEnds, { space, tips }: SpaceFrontier, rule: StatementRule): ChainEnds {
  const after = new Map(ends)
  for (const tip of tips) {
    const key = chainKey({ ...tip, space })
    const before = after.get(key)
    if (before !== undefined && isBehind(tip, before)) {
      throw refusedStatement(rule, 'A chain would end before, or beside, where it was said to end')
    }
    after.set(key, { seq: tip.seq, id: tip.id })
  }
  return after
}

function isBehind(tip: ChainTip, before: ChainEnd): boolean {
  return tip.seq < before.seq || (tip.seq === before.seq && tip.id !== before.id)
}

function isBeyond(settled: ChainEnd | undefined, tip: ChainTip): boolean {
  return settled === undefined || settled.seq < tip.seq || (settled.seq === tip.seq && settled.id !== tip.id)
}

function assertSpace({ spaces }: PolicyFacts, { space }: SpaceFrontier): void {
  if (!spaces.has(space)) throw refusedStatement('space-unknown', 'The path is no space; declare it first')
}
