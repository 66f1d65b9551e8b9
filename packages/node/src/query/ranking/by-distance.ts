import type { ContextPath } from '@hcfs/core'
import { isPathPrefix, pathSegments } from '@hcfs/core'

/** What a hit keeps of its score for each step that it stands above the path. */
const DECAY = 0.8

/** Hits above a path count less the further up they are; those at and below it count in full. */
export function byDistance<Hit extends { readonly path: ContextPath; readonly score: number }>(
  hits: readonly Hit[],
  path: ContextPath
): readonly Hit[] {
  const depth = pathSegments(path).length
  return hits
    .map((hit) => (isPathPrefix(path, hit.path) ? hit : faded(hit, depth - pathSegments(hit.path).length)))
    .toSorted((left, right) => right.score - left.score)
}

function faded<Hit extends { readonly score: number }>(hit: Hit, steps: number): Hit {
  return { ...hit, score: hit.score * DECAY ** steps }
}
