export type NodeLimitUnit = 'bytes' | 'ms' | 'count' | 'per second'

export interface NodeLimit {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly unit: NodeLimitUnit
  /** What happens at the limit, as one sentence for people. */
  readonly atLimit: string
}

export const KIB = 1_024
export const MIB = 1_024 * KIB
export const MINUTE_MS = 60_000
