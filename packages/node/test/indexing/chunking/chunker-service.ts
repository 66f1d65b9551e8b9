import { threadId } from 'node:worker_threads'
import type { ChunkSource } from '../../../src/indexing/chunking/chunk.ts'
import { createChunker } from '../../../src/indexing/chunking/chunker.ts'

/** A chunker as a thread holds it. */
export async function createService() {
  const chunker = await createChunker()
  return {
    thread: (): number => threadId,
    chunk: (source: ChunkSource) => chunker.chunk(source)
  }
}

export type ChunkerService = Awaited<ReturnType<typeof createService>>
