import { TextSearch } from '../indexing/index-database/text-search.ts'
import type { IndexServiceComponents } from '../indexing/index-service.ts'
import { IndexService } from '../indexing/index-service.ts'
import { QueryService } from '../query/query-service.ts'
import type { IndexThreadOptions } from './index-thread.ts'
import { indexComponents } from './index-thread.ts'

export type MemoryIndexThreadOptions = Omit<IndexThreadOptions, 'location'>

/** Both sides of an index in memory: only the connection that made it can read it. */
export class MemoryIndexService extends IndexService {
  readonly #queries: QueryService

  constructor(components: IndexServiceComponents) {
    super(components)
    const { database, reader } = components
    this.#queries = new QueryService({ database, reader, texts: new TextSearch(database) })
  }

  matching(...args: Parameters<QueryService['matching']>): ReturnType<QueryService['matching']> {
    return this.#queries.matching(...args)
  }

  rank(...args: Parameters<QueryService['rank']>): ReturnType<QueryService['rank']> {
    return this.#queries.rank(...args)
  }
}

/** The composition root of a thread with an index of its own, in memory. */
export async function createService(options: MemoryIndexThreadOptions): Promise<MemoryIndexService> {
  return new MemoryIndexService(await indexComponents({ ...options, location: ':memory:' }))
}
