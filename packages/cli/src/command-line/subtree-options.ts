import type { SubtreeOptions } from '@hcfs/core'
import type { Progress } from './progress.ts'

/** Flags of commands that may change a whole subtree. */
export interface SubtreeFlags {
  readonly recursive?: boolean
  readonly note?: string
}

export function subtreeOptions(
  { recursive, note }: SubtreeFlags,
  signal: AbortSignal,
  progress: Progress
): SubtreeOptions {
  return {
    signal,
    ...(recursive !== undefined && { recursive }),
    ...(note !== undefined && { note }),
    onProgress: ({ done, total }) => progress.update(done, total)
  }
}
