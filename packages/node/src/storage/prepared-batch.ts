import type { BatchOptions, PreparedBatch } from './ordered-store.ts'

export interface PreparedBatchHooks {
  write: (options: BatchOptions) => Promise<void>
  discard: () => Promise<void>
}

/** Sees to it that a batch is written once or discarded: LevelDB closes it then, and a second write would look like a failing disk. */
export function prepareOnce({ write, discard }: PreparedBatchHooks): PreparedBatch {
  let isSpent = false
  return {
    write: (options = {}) => {
      if (isSpent) throw new TypeError('A prepared batch is written once')
      isSpent = true
      return write(options)
    },
    discard: async () => {
      if (isSpent) return
      isSpent = true
      await discard()
    }
  }
}
