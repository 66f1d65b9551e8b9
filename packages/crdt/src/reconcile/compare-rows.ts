import type { DocId } from '@hcfs/core'
import type { RowsAnswer, SyncRow } from './sync-source.ts'

export interface RowsComparison {
  /** Documents that one side lacks, or that have other heads there. */
  readonly differing: readonly DocId[]
  /** Documents with the same heads and other contents. There should be none. */
  readonly diverged: readonly DocId[]
  /** Where to go on; `undefined` when everything was compared. */
  readonly after?: DocId
}

/** Both answers begin at the same place and are ascending. Where one ends early, the rest is left for later. */
export function compareRows(own: RowsAnswer, theirs: RowsAnswer): RowsComparison {
  const after = earlierEnd(own, theirs)
  const known = new Map(within(own.rows, after).map((row) => [row.docId, row]))
  const differing: DocId[] = []
  const diverged: DocId[] = []
  for (const row of within(theirs.rows, after)) {
    const mine = known.get(row.docId)
    known.delete(row.docId)
    if (mine?.digest !== row.digest) differing.push(row.docId)
    else if (mine.content !== row.content) diverged.push(row.docId)
  }
  differing.push(...known.keys())
  return { differing, diverged, ...(after !== undefined && { after }) }
}

function earlierEnd(own: RowsAnswer, theirs: RowsAnswer): DocId | undefined {
  const ends = [own, theirs].flatMap(({ rows, isComplete }) => (isComplete ? [] : [rows.at(-1)?.docId]))
  return ends.filter((end) => end !== undefined).sort()[0]
}

function within(rows: readonly SyncRow[], end: DocId | undefined): readonly SyncRow[] {
  return end === undefined ? rows : rows.filter(({ docId }) => docId <= end)
}
