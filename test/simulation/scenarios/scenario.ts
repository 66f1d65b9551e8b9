import type { Plan, PlannedNode, Step } from '../plan.ts'
import type { Change } from '../workload/change.ts'

/** A run that is worth keeping: it failed once, or shows one thing plainly. */
export interface Scenario {
  readonly name: string
  /** What happens in it, and what went wrong when it was found. */
  readonly about: string
  readonly plan: Plan
}

/** A node with nothing wrong. */
export const SOUND: PlannedNode = {
  durability: 'disk',
  aheadMs: 0,
  disk: { delayMsMax: 10, failEvery: 0, flipBitEvery: 0 }
}

export function write(atMs: number, node: number, change: Change): Step {
  return { atMs, do: 'write', node, change }
}
