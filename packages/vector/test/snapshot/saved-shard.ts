import { loadHnswLibrary } from '../../src/graph/hnsw-library.ts'
import type { VectorShardOptions } from '../../src/shard/vector-shard.ts'
import { VectorShard } from '../../src/shard/vector-shard.ts'
import { loadSnapshot } from '../../src/snapshot/load-snapshot.ts'
import { saveSnapshot } from '../../src/snapshot/save-snapshot.ts'
import type { SnapshotDisk } from '../../src/snapshot/snapshot-disk.ts'
import { fileDisk } from '../../src/snapshot/snapshot-disk.ts'
import { labelsFrom, RandomVectors } from '../random-vectors.ts'

export const library = await loadHnswLibrary()
export const MODEL = { id: 'test-model', digest: 'abc' }

export function emptyShard(options: Partial<VectorShardOptions> = {}): VectorShard {
  return new VectorShard({ library }, { dimensions: 8, graphCountMin: 50, ...options })
}

/** 120 vectors in a graph, ten removed again, and five that are not in the graph yet. */
export function newShard(seed: number, options: Partial<VectorShardOptions> = {}): VectorShard {
  const shard = emptyShard(options)
  const vectors = new RandomVectors({ shape: 'noise', dimensions: 8, seed })
  shard.add(labelsFrom(seed, 120), vectors.rows(120))
  while (shard.step(100) > 0);
  shard.remove(labelsFrom(seed, 10))
  shard.add(labelsFrom(seed + 500, 5), vectors.rows(5))
  return shard
}

export function save(
  directory: string,
  shard: VectorShard,
  { frontier, disk = fileDisk }: { readonly frontier: number; readonly disk?: SnapshotDisk }
): void {
  saveSnapshot({ disk, directory }, shard, { model: MODEL, frontier })
}

export function load(directory: string, shard: VectorShard, model = MODEL): number | undefined {
  return loadSnapshot({ disk: fileDisk, directory }, shard, { model, library })
}
