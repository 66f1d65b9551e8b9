import type { Durability } from '@hcfs/core'
import type { Lie } from './adversary/lie.ts'
import type { DiskFaults } from './machine/machine.ts'
import type { NetworkFaults } from './network/network-faults.ts'
import type { Standing } from './standing.ts'
import type { Change } from './workload/change.ts'

/** Everything that is decided about a run before it begins. The same plan gives the same trace. */
export interface Plan {
  /** For what is decided on the way: delays, losses, which bytes a crash takes. */
  readonly seed: number
  readonly nodes: readonly PlannedNode[]
  readonly network: NetworkFaults
  readonly steps: readonly Step[]
  /** Then everything is mended, and has to become equal. */
  readonly healAtMs: number
}

export interface PlannedNode {
  /** @default 'insider' */
  readonly standing?: Standing
  readonly durability: Durability
  /** How wrong its clock is at the beginning. */
  readonly aheadMs: number
  readonly disk: DiskFaults
}

/** Nodes are numbered from 0. */
export type Step = { readonly atMs: number } & (
  | { readonly do: 'write'; readonly node: number; readonly change: Change }
  /** After so many turns of the microtask queue, so that it falls into the middle of what else happens then. */
  | { readonly do: 'crash'; readonly node: number; readonly turns: number; readonly downMs: number }
  | { readonly do: 'restart'; readonly node: number; readonly downMs: number }
  | { readonly do: 'jump'; readonly node: number; readonly byMs: number }
  | { readonly do: 'fill-disk'; readonly node: number; readonly forMs: number }
  /** The disk is gone, and with it what no other holds. It comes back empty, or as it was so long ago. */
  | { readonly do: 'lose-disk'; readonly node: number; readonly backupAgeMs?: number; readonly downMs: number }
  /** By the owner. What the member wrote stays but for so many of its last commits. */
  | { readonly do: 'revoke'; readonly node: number; readonly cutBack: number }
  /** By a member that has no machine here, to this one and another. */
  | { readonly do: 'lie'; readonly node: number; readonly to: number; readonly lie: Lie; readonly path: string }
  /** In one direction. */
  | { readonly do: 'cut'; readonly from: number; readonly to: number; readonly forMs: number }
)

export function nodeName(node: number): string {
  return `n${node}`
}
