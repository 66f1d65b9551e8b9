import { parsePath } from '@hcfs/core'
import type { ChunkSource } from '../../../src/indexing/chunking/chunk.ts'

/** A source with nothing but what a test is about. */
export function chunkSource({
  path = '/a',
  ...rest
}: Partial<Omit<ChunkSource, 'path'>> & { path?: string }): ChunkSource {
  return { body: '', fields: {}, ...rest, path: parsePath(path) }
}
