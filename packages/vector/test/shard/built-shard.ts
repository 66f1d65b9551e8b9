import { ExactSearch } from '../../src/exact-search.ts'
import { loadHnswLibrary } from '../../src/graph/hnsw-library.ts'
import type { VectorShardOptions } from '../../src/shard/vector-shard.ts'
import { VectorShard } from '../../src/shard/vector-shard.ts'
import type { VectorFamily } from '../random-vectors.ts'
import { labelsFrom, RandomVectors } from '../random-vectors.ts'

const library = await loadHnswLibrary()

/** The same vectors in a shard and in an exact index; the shard has its graph. */
export function buildShard(family: VectorFamily, count: number, options: Partial<VectorShardOptions> = {}) {
  const vectors = new RandomVectors(family)
  const shard = new VectorShard({ library }, { dimensions: family.dimensions, ...options })
  const exact = new ExactSearch({ dimensions: family.dimensions })
  const rows = vectors.rows(count)
  for (const index of [shard, exact]) index.add(labelsFrom(0, count), rows)
  finish(shard)
  return { shard, exact, vectors }
}

export function finish(shard: VectorShard): void {
  while (shard.step(1_000) > 0);
}
