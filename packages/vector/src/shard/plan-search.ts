/**
 * What one more candidate costs a graph, in comparisons of a query with a vector: 4 were measured at 10,000 vectors and
 * 4 to 7 at 100,000. Decision record 0016 has the table.
 */
const COMPARISONS_PER_CANDIDATE = 5

/** Above what the share of allowed vectors asks for, so that one walk mostly does. */
const OVER_FETCH = 1.3

/** Candidates that a walk returns beyond those asked for, so that equal scores at the end are ordered by label. */
const FETCH_SLACK = 8

export interface SearchDemand {
  readonly k: number
  readonly ef: number
  /** Nodes that the graph can find. */
  readonly nodeCount: number
  /** Undefined when every vector is allowed. */
  readonly allowedCount?: number | undefined
}

export interface Walk {
  readonly how: 'walk'
  readonly fetch: number
  readonly ef: number
}

/** Compare with every allowed vector, or walk the graph for so many candidates. */
export type SearchPlan = { readonly how: 'scan' } | Walk

/** A filter that keeps few is scanned; one that keeps many is applied to more candidates than were asked for. */
export function planSearch(demand: SearchDemand): SearchPlan {
  const { k, ef, nodeCount, allowedCount } = demand
  const fetch = Math.min(k + FETCH_SLACK, nodeCount)
  if (allowedCount === undefined) return { how: 'walk', fetch, ef }
  const perAllowed = Math.max(1, (OVER_FETCH * nodeCount) / Math.max(1, allowedCount))
  return cheaper(filteredWalk(Math.ceil(fetch * perAllowed), demand), allowedCount)
}

/** What to do when a walk brought fewer allowed vectors than asked for: they may lie far from the query. */
export function planAgain(last: Walk, demand: SearchDemand): SearchPlan {
  if (last.fetch >= demand.nodeCount) return { how: 'scan' }
  return cheaper(filteredWalk(last.fetch * 4, demand), demand.allowedCount ?? 0)
}

/** The last candidates of a walk are its least sure ones, and here all of them count: so it goes `ef` further. */
function filteredWalk(fetch: number, { ef, nodeCount }: SearchDemand): Walk {
  const within = Math.min(nodeCount, fetch)
  return { how: 'walk', fetch: within, ef: within + ef }
}

function cheaper(walk: Walk, scanned: number): SearchPlan {
  return walk.ef * COMPARISONS_PER_CANDIDATE < scanned ? walk : { how: 'scan' }
}
