import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { DocId } from '@hcfs/core'
import type { ScoredChunk, ScoredLabel } from './best-chunks.ts'
import { BestChunks, byScoreThenId, scoredChunk } from './best-chunks.ts'
import type { IndexDatabase } from './index-database.ts'
import { LabelDirectory } from './label-directory.ts'
import type { ParsedQuery } from './parsed-query.ts'
import type { SearchFilter } from './search-filter.ts'
import { filterCondition } from './search-filter-sql.ts'
import { textExpression } from './text-expression.ts'

export interface TextSearchRequest {
  readonly query: ParsedQuery
  /** Beside the filter that the query itself carries. */
  readonly filter?: SearchFilter
  readonly limit: number
}

export interface TextCandidate {
  readonly label: number
  readonly docId: DocId
  /** Higher is better; comparable within one answer. */
  readonly score: number
}

interface Question {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
  readonly limit: number
}

const WITHOUT_EXCLUDED = ' AND k.label NOT IN (SELECT rowid FROM words WHERE words MATCH ?)'

/** More kinds of questions than one node is asked; beyond, statements are prepared again. */
const STATEMENTS_MAX = 64

/**
 * Finds chunks by their words, best first.
 *
 * 1. A filter is a part of the question to SQLite: it never costs a hit.
 * 2. Chunks of equal score stand in the order of their context and chunk ids, at the
 *    end of the answer too, so that two nodes with the same contexts give the same.
 */
export class TextSearch {
  readonly #database: IndexDatabase
  readonly #labels: LabelDirectory
  readonly #best: BestChunks
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: IndexDatabase, labels = new LabelDirectory(database)) {
    this.#database = database
    this.#labels = labels
    this.#best = new BestChunks(database)
  }

  search({ query, filter = {}, limit }: TextSearchRequest): TextCandidate[] {
    const { wanted, words, excluded } = textExpression(query.terms)
    const { and, values } = conditionsOf([query.filter, filter])
    if (wanted === undefined) return this.#newest({ and, values, limit, excluded })
    if (and === '' && excluded === undefined && words !== undefined) {
      return this.#candidates(this.#best.withAnyOf(words, limit))
    }
    const match = excluded === undefined ? wanted : `(${wanted}) NOT (${excluded})`
    if (and === '') return this.#candidates(this.#best.matching(match, limit))
    // CROSS JOIN keeps the order: hits come best first, and joining ends when there are enough.
    const sql = `SELECT words.rowid AS label, -words.rank AS score, k.chunkId, c.docId
      FROM words CROSS JOIN chunks AS k ON k.label = words.rowid CROSS JOIN contexts AS c ON c.id = k.context
      WHERE words MATCH ?${and} ORDER BY words.rank`
    return this.#passing({ sql, values: [match, ...values], limit })
  }

  /** Which contexts chunks belong to; without those that are gone. */
  contextsOf(labels: Iterable<number>): Map<number, DocId> {
    return this.#labels.contextsOf(labels)
  }

  #candidates(rows: readonly ScoredLabel[]): TextCandidate[] {
    const contexts = this.#labels.contextsOf(rows.map(({ label }) => label))
    return rows.flatMap(({ label, score }) => {
      const docId = contexts.get(label)
      return docId === undefined ? [] : [{ label, docId, score }]
    })
  }

  /** What passes the filters and holds nothing that is excluded, ascending; undefined when that is everything. */
  labelsAllowed({ query, filter = {} }: Omit<TextSearchRequest, 'limit'>): Uint32Array | undefined {
    const { excluded } = textExpression(query.terms)
    const { and, values } = conditionsOf([query.filter, filter])
    if (and === '' && excluded === undefined) return undefined
    const without = excluded === undefined ? '' : WITHOUT_EXCLUDED
    const sql = `SELECT k.label FROM contexts AS c JOIN chunks AS k ON k.context = c.id
      WHERE TRUE${and}${without} ORDER BY k.label`
    const rows = this.#statement(sql).all(...values, ...(excluded === undefined ? [] : [excluded]))
    return Uint32Array.from(rows, ({ label }) => Number(label))
  }

  /** Without words, what passes the filter: the first chunk of each context, newest context first. */
  #newest({ and, values, limit, excluded }: FilterQuestion): TextCandidate[] {
    const without = excluded === undefined ? '' : WITHOUT_EXCLUDED
    const sql = `SELECT MIN(k.label) AS label, 0 AS score, k.chunkId, c.docId
      FROM contexts AS c JOIN chunks AS k ON k.context = c.id
      WHERE TRUE${and}${without} GROUP BY c.id ORDER BY c.updatedAtMs DESC, c.docId LIMIT ?`
    const rows = this.#rows(sql, [...values, ...(excluded === undefined ? [] : [excluded]), limit])
    return rows.map(withoutChunkId)
  }

  /** Reads on while the score is that of the last one wanted, so that ids decide which of them are in. */
  #passing({ sql, values, limit }: Question): TextCandidate[] {
    const rows: ScoredChunk[] = []
    // SQLite has sorted all hits before it gives the first: stopping early saves the joins.
    for (const row of this.#statement(sql).iterate(...values)) {
      if (rows.length >= limit && Number(row['score']) !== rows[limit - 1]?.score) break
      rows.push(scoredChunk(row))
    }
    return rows.sort(byScoreThenId).slice(0, limit).map(withoutChunkId)
  }

  #rows(sql: string, values: readonly SQLInputValue[]): ScoredChunk[] {
    return this.#statement(sql)
      .all(...values)
      .map(scoredChunk)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear()
    const statement = this.#database.connection.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** All filters as one condition to add to others. */
function conditionsOf(filters: readonly SearchFilter[]): Pick<FilterQuestion, 'and' | 'values'> {
  const conditions = filters.map(filterCondition).filter(({ sql }) => sql !== 'TRUE')
  return {
    and: conditions.map(({ sql }) => ` AND ${sql}`).join(''),
    values: conditions.flatMap(({ values }) => values)
  }
}

interface FilterQuestion {
  readonly and: string
  readonly values: readonly SQLInputValue[]
  readonly limit: number
  readonly excluded: string | undefined
}

function withoutChunkId({ label, docId, score }: ScoredChunk): TextCandidate {
  return { label, docId, score }
}
