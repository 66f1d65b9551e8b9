import { BrokenInvariant } from './broken-invariant.ts'
import type { Mutation } from './mutations.ts'
import { CALM } from './network/network-faults.ts'
import type { Plan, PlannedNode } from './plan.ts'
import { runPlan } from './run-plan.ts'

const CALM_DISK: PlannedNode['disk'] = { delayMsMax: 10, failEvery: 0, flipBitEvery: 0 }

/** Leaves out of a plan that fails whatever it fails without. */
export async function shrinkPlan(plan: Plan, mutation: Mutation): Promise<Plan> {
  const failure = kindOf((await runPlan(plan, mutation)).failure)
  if (failure === undefined) throw new TypeError('A plan that does not fail cannot be shrunk')
  let smallest = plan
  const keep = async (candidate: Plan): Promise<boolean> => {
    if (kindOf((await runPlan(candidate, mutation)).failure) !== failure) return false
    smallest = candidate
    return true
  }
  await keep({ ...smallest, network: CALM })
  for (const index of plan.nodes.keys()) {
    await keep(withNode(smallest, index, { disk: CALM_DISK }))
    await keep(withNode(smallest, index, { aheadMs: 0 }))
    await keep(withNode(smallest, index, { durability: 'disk' }))
  }
  for (let size = smallest.steps.length >> 1; size >= 1; size >>= 1) {
    for (let start = 0; start < smallest.steps.length; ) {
      const steps = smallest.steps.toSpliced(start, size)
      if (!(await keep({ ...smallest, steps }))) start += size
    }
  }
  return smallest
}

function withNode(plan: Plan, index: number, change: Partial<PlannedNode>): Plan {
  return { ...plan, nodes: plan.nodes.map((node, at) => (at === index ? { ...node, ...change } : node)) }
}

function kindOf(failure: unknown): string | undefined {
  if (failure === undefined) return undefined
  return failure instanceof BrokenInvariant ? failure.invariant : String(failure).slice(0, 40)
}
