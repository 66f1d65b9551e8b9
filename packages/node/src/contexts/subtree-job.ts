import type { ContextPath, SubtreeProgress } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import type { Attribution } from './write-input.ts'

/** One context of a subtree operation, and where it goes if it goes anywhere. */
export interface SubtreeTarget {
  readonly row: ContextRow
  readonly to?: ContextPath
}

export type SubtreeAction = 'remove' | 'undelete' | 'move' | 'copy'

export interface SubtreeJob extends Attribution {
  readonly action: SubtreeAction
  readonly from: ContextPath
  readonly to?: ContextPath
  readonly targets: readonly SubtreeTarget[]
  readonly onProgress?: (progress: SubtreeProgress) => void
  readonly signal?: AbortSignal
  /** Part of it was done before, so what it would create may be there. */
  readonly isResumed?: boolean
}
