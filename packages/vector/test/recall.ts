import type { VectorIndex, VectorSearchOptions } from '../src/vector-index.ts'

/** The share of the hits of an exact search that another index finds as well. */
export function recallOf(
  index: VectorIndex,
  exact: VectorIndex,
  {
    queries,
    k,
    options
  }: { readonly queries: readonly Float32Array[]; readonly k: number; readonly options?: VectorSearchOptions }
): number {
  let found = 0
  let wanted = 0
  for (const query of queries) {
    const best = new Set(exact.search(query, k, options).labels)
    wanted += best.size
    found += index.search(query, k, options).labels.filter((label) => best.has(label)).length
  }
  return found / wanted
}
