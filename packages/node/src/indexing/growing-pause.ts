import type { Random } from '@hcfs/core'

const FIRST_MS = 100

/** The pause after so many failures in a row: it doubles up to a limit, and no two nodes keep in step. */
export function growingPauseMs(failures: number, pauseMsMax: number, random: Random): number {
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), pauseMsMax)
  return longest / 2 + random.below(Math.ceil(longest / 2) + 1)
}
