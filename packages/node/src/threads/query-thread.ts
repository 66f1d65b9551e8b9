import { IndexDatabase } from '../indexing/index-database/index-database.ts'
import { IndexReader } from '../indexing/index-database/index-reader.ts'
import { TextSearch } from '../indexing/index-database/text-search.ts'
import { QueryService } from '../query/query-service.ts'

export interface QueryThreadOptions {
  readonly location: string
}

/** The composition root of the thread that reads the index, beside the one that writes it. */
export async function createService({ location }: QueryThreadOptions): Promise<QueryService> {
  const database = IndexDatabase.open({ location, readOnly: true })
  return new QueryService({ database, reader: new IndexReader(database), texts: new TextSearch(database) })
}
