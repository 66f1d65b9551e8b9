import { HcfsError } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { ContextRow } from './context-row.ts'
import type { RowPlaces } from './row-places.ts'

/** How much the store holds, and where its log ends. */
export interface Counts {
  readonly position: number
  readonly commits: number
  readonly shown: number
  readonly hidden: number
}

export const NO_COUNTS: Counts = { position: 0, commits: 0, shown: 0, hidden: 0 }

export function readCounts(store: StoreReads): Counts {
  const text = store.getTextSync(keys.meta('counts'))
  return text === undefined ? NO_COUNTS : JSON.parse(text)
}

export function writeCounts(counts: Counts): StoreOperation {
  return { type: 'put', key: keys.meta('counts'), value: JSON.stringify(counts) }
}

/** What a row adds to the counts. Rows of spaces in which their path lies no longer count as hidden. */
export function countRow(
  counts: Counts,
  { before, after }: { readonly before: ContextRow | undefined; readonly after: ContextRow | undefined },
  places: Pick<RowPlaces, 'isListed'>
): Counts {
  const shownOf = (row: ContextRow | undefined) => Number(row !== undefined && places.isListed(row))
  const shown = shownOf(after) - shownOf(before)
  const all = Number(after !== undefined) - Number(before !== undefined)
  return { ...counts, shown: counts.shown + shown, hidden: counts.hidden + all - shown }
}

/**
 * What the fingerprints do not cover counts as never written. With a leaf less than there should be,
 * writing would found contexts anew that are there already.
 */
export function assertCovered(covered: number, { shown, hidden }: Counts): void {
  if (covered === shown + hidden) return
  throw new HcfsError(
    'STORAGE_CORRUPT',
    'The fingerprints do not cover every context of the store; run `hcfs verify --repair`, or restore a backup',
    { details: { covered, shown, hidden } }
  )
}
