import { expect, test } from 'vitest'
import type { HnswLibrary } from '../../../packages/vector/src/graph/hnsw-library.ts'
import { loadHnswLibrary } from '../../../packages/vector/src/graph/hnsw-library.ts'
import type { VectorShardOptions } from '../../../packages/vector/src/shard/vector-shard.ts'
import { VectorShard } from '../../../packages/vector/src/shard/vector-shard.ts'
import { describeVectorIndex } from './describe-vector-index.ts'
import type { IndexUnderTest } from './new-vector-index.ts'

const library = await loadHnswLibrary()

test('the native library is there, so that what follows tests graphs', () => {
  expect(library).toBeDefined()
})

describeVectorIndex('VectorShard with a graph', (dimensions) =>
  shard(library, { dimensions, precision: 'float32', graphCountMin: 1 })
)
describeVectorIndex('VectorShard with a graph of rounded vectors', (dimensions) =>
  shard(library, { dimensions, graphCountMin: 1 })
)
describeVectorIndex('VectorShard without the native library', (dimensions) =>
  shard(undefined, { dimensions, graphCountMin: 1 })
)
describeVectorIndex('VectorShard of few vectors', (dimensions) => shard(library, { dimensions }))

function shard(native: HnswLibrary | undefined, options: VectorShardOptions): IndexUnderTest {
  const index = new VectorShard({ library: native }, options)
  const work = (): void => {
    while (index.step(3) > 0);
  }
  return { index, work, tolerance: options.precision === 'float32' ? 1e-6 : 0.02 }
}
