import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { By } from '@hcfs/core'
import { bytesToHex, deviceId, docId, pathFromKey } from '@hcfs/core'
import type { Chunk } from '../chunking/chunk.ts'
import { SKIPPED } from './context-rows.ts'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'
import type { IndexedChunk } from './indexed-context.ts'
import type { SearchFilter } from './search-filter.ts'
import { filterCondition } from './search-filter-sql.ts'

export interface IndexStatistics {
  readonly position: number
  readonly contexts: number
  readonly chunks: number
  /** Of the file, free pages included, without its log. */
  readonly bytes: number
  readonly models: readonly { readonly model: string; readonly embedded: number; readonly total: number }[]
}

/** Reads chunks: which ones pass a filter, and what a hit shows of them. */
export class IndexReader {
  readonly #database: IndexDatabase
  readonly #counters: Counters
  readonly #chunk: StatementSync

  constructor(database: IndexDatabase) {
    this.#database = database
    this.#counters = new Counters(database)
    this.#chunk = database.connection.prepare(
      `SELECT k.label, k.chunkId, k.contentHash, k.part, k.start, k."end", k.headings, k.format, t.text,
          c.docId, c.pathKey, c.version, c.author, c."by", c.updatedAtMs, c.title, c.kind, c.tags
        FROM chunks AS k JOIN chunkTexts AS t ON t.label = k.label JOIN contexts AS c ON c.id = k.context
        WHERE k.label = ?`
    )
  }

  get position(): number {
    return this.#counters.get('position')
  }

  /** Another one after everything that was written. */
  get revision(): number {
    return this.#counters.get('revision')
  }

  /** In the order of the labels given; without those that are gone. */
  chunksOf(labels: Iterable<number>): IndexedChunk[] {
    return this.#database.snapshot(() =>
      Array.from(labels, (label) => this.#chunk.get(label)).flatMap((row) => (row === undefined ? [] : [chunkOf(row)]))
    )
  }

  /** In ascending order. */
  labelsMatching(filter: SearchFilter): Uint32Array {
    const { sql, values } = filterCondition(filter)
    const rows = this.#database.connection
      .prepare(`SELECT k.label FROM contexts AS c JOIN chunks AS k ON k.context = c.id WHERE ${sql} ORDER BY k.label`)
      .all(...values)
    return Uint32Array.from(rows, ({ label }) => Number(label))
  }

  /** How many labels `labelsMatching` would give, from the contexts alone. */
  countMatching(filter: SearchFilter): number {
    const { sql, values } = filterCondition(filter)
    return this.#number(`SELECT TOTAL(c.chunkCount) AS number FROM contexts AS c WHERE ${sql}`, ...values)
  }

  /** Reads whole tables: for a status page, not for every query. */
  statistics(): IndexStatistics {
    return this.#database.snapshot(() => {
      const chunks = this.#number('SELECT COUNT(*) AS number FROM chunks')
      const models = this.#database.connection
        .prepare(
          `SELECT v.model, COUNT(k.label) AS embedded FROM vectors AS v INDEXED BY vectorsByContent
            LEFT JOIN chunks AS k ON k.contentHash = v.contentHash GROUP BY v.model ORDER BY v.model`
        )
        .all()
      return {
        position: this.position,
        contexts: this.#number('SELECT COUNT(*) AS number FROM contexts'),
        chunks,
        bytes: this.#number('SELECT page_count * page_size AS number FROM pragma_page_count, pragma_page_size'),
        models: models.map((row) => ({
          model: String(row['model']),
          embedded: Number(row['embedded']),
          total: chunks
        }))
      }
    })
  }

  /** How many contexts could not be cut into chunks. Looks at all of them. */
  skippedCount(): number {
    return this.#number(
      'SELECT COUNT(*) AS number FROM contexts WHERE substr(digest, 1, ?) = ?',
      SKIPPED.length,
      SKIPPED
    )
  }

  /** How many chunks there are up to a label. */
  chunksUpTo(label: number): number {
    return this.#number('SELECT COUNT(*) AS number FROM chunks WHERE label <= ?', label)
  }

  #number(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#database.connection.prepare(sql).get(...values)?.['number'])
  }
}

type Row = Record<string, SQLOutputValue>

function chunkOf(row: Row): IndexedChunk {
  return {
    ...placeOf(row),
    label: Number(row['label']),
    docId: docId(String(row['docId'])),
    path: pathFromKey(String(row['pathKey'])),
    version: String(row['version']),
    author: deviceId(String(row['author'])),
    updatedAtMs: Number(row['updatedAtMs']),
    tags: JSON.parse(String(row['tags'])) as readonly string[],
    ...(row['by'] === null ? {} : { by: JSON.parse(String(row['by'])) as By }),
    ...(row['title'] === null ? {} : { title: String(row['title']) }),
    ...(row['kind'] === null ? {} : { kind: String(row['kind']) })
  }
}

function placeOf(row: Row): Chunk {
  const { contentHash } = row
  if (!(contentHash instanceof Uint8Array)) throw new TypeError('The index gave something else than bytes')
  return {
    id: String(row['chunkId']),
    contentHash: bytesToHex(contentHash),
    part: String(row['part']) as Chunk['part'],
    start: Number(row['start']),
    end: Number(row['end']),
    text: String(row['text']),
    headings: JSON.parse(String(row['headings'])) as readonly string[],
    format: String(row['format']) as Chunk['format']
  }
}
