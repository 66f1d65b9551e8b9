import type { CommitId } from '@hcfs/core'

/** The entries of one context that some of its entries have in their past, themselves included. */
export function pastOf(
  ids: readonly CommitId[],
  depsOf: (id: CommitId) => readonly CommitId[] | undefined
): ReadonlySet<CommitId> {
  const past = new Set<CommitId>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (past.has(id)) continue
    past.add(id)
    open.push(...(depsOf(id) ?? []))
  }
  return past
}
