import type { NodeLimits } from '@hcfs/core'
import { SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { createChunker } from '../indexing/chunking/chunker.ts'
import { createEmbedder } from '../indexing/embedding/create-embedder.ts'
import { IndexDatabase } from '../indexing/index-database/index-database.ts'
import { IndexReader } from '../indexing/index-database/index-reader.ts'
import { IndexWriter } from '../indexing/index-database/index-writer.ts'
import { VectorStore } from '../indexing/index-database/vector-store.ts'
import type { IndexServiceComponents } from '../indexing/index-service.ts'
import { IndexService } from '../indexing/index-service.ts'

export interface IndexThreadOptions {
  readonly location: string
  readonly limits: NodeLimits
}

/** The composition root of the thread that writes the index. */
export async function createService(options: IndexThreadOptions): Promise<IndexService> {
  return new IndexService(await indexComponents(options))
}

export async function indexComponents({ location, limits }: IndexThreadOptions): Promise<IndexServiceComponents> {
  const database = IndexDatabase.open({ location })
  return {
    database,
    writer: new IndexWriter(database),
    reader: new IndexReader(database),
    vectors: new VectorStore(database),
    chunker: await createChunker({ limits }),
    createEmbedder: (spec) =>
      createEmbedder(spec, {
        clock: new SystemClock(),
        random: new SystemRandom(),
        log: silentLogger,
        variables: process.env,
        limits
      })
  }
}
