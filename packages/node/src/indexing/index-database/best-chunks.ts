import type { SQLOutputValue, StatementSync } from 'node:sqlite'
import type { DocId } from '@hcfs/core'
import { docId } from '@hcfs/core'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'
import { COLUMN_WEIGHTS } from './schema.ts'

export interface ScoredLabel {
  readonly label: number
  /** Higher is better; comparable within one answer. */
  readonly score: number
}

export interface ScoredChunk extends ScoredLabel {
  readonly docId: DocId
  readonly chunkId: string
}

export interface BestChunksOptions {
  /**
   * So many chunks are scored for one query, at about half a microsecond each. Words that more chunks hold are
   * common: they add to the score of chunks with a rarer word, and find none by themselves. @default 12_000
   */
  readonly scoredMax?: number
}

// With half of that, nDCG@10 of long questions fell by 0.01 among 50,000 chunks; with this it did not.
const SCORED_MAX = 12_000
/** Read beyond what is wanted, so that equal scores at the end need no second reading. */
const TIES_SPARE = 32
/** Queries use the same words again and again. */
const COUNTS_KEPT_MAX = 4_096
/** Of those that hold a rare word, how many times what is wanted get their exact score. */
const EXACT_FACTOR = 4

// Negative, because bm25() is the smaller the better. The column `rank` says the same, but sorts all there is.
const SCORE = `-bm25(words, ${Object.values(COLUMN_WEIGHTS).join(', ')})`
const WITH_IDS = 'CROSS JOIN chunks AS k ON k.label = h.label CROSS JOIN contexts AS c ON c.id = k.context'

/**
 * The best chunks for an expression of the text index, with no filter.
 *
 * 1. Chunks of equal score stand in the order of their context and chunk ids, at the
 *    end of the answer too.
 * 2. Which words are common follows from the index alone, never from time or memory.
 */
export class BestChunks {
  readonly #scoredMax: number
  readonly #counters: Counters
  /** Good for one revision of the index. */
  readonly #counts = new Map<string, number>()
  #countsRevision = 0
  readonly #equal: StatementSync
  readonly #labels: StatementSync
  readonly #scores: StatementSync
  readonly #ids: StatementSync
  readonly #count: StatementSync

  constructor(database: IndexDatabase, { scoredMax = SCORED_MAX }: BestChunksOptions = {}) {
    const { connection } = database
    this.#scoredMax = scoredMax
    this.#counters = new Counters(database)
    const best = `SELECT rowid AS label, ${SCORE} AS score FROM words WHERE words MATCH ? ORDER BY score DESC LIMIT ?`
    this.#labels = connection.prepare(best)
    this.#equal = connection.prepare(
      `SELECT h.label, h.score, k.chunkId, c.docId
        FROM (SELECT rowid AS label, ${SCORE} AS score FROM words WHERE words MATCH ? LIMIT -1) AS h ${WITH_IDS}
        WHERE h.score = ? ORDER BY c.docId, k.chunkId LIMIT ?`
    )
    // The sign keeps SQLite from asking the text index once for every label.
    this.#scores = connection.prepare(
      `SELECT rowid AS label, ${SCORE} AS score FROM words
        WHERE words MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`
    )
    this.#ids = connection.prepare(
      'SELECT k.chunkId, c.docId FROM chunks AS k JOIN contexts AS c ON c.id = k.context WHERE k.label = ?'
    )
    this.#count = connection.prepare('SELECT COUNT(*) AS count FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)')
  }

  /** What matches an expression. */
  matching(match: string, limit: number): ScoredLabel[] {
    const rows = this.#labels.all(match, limit + TIES_SPARE).map(scoredLabel)
    const worst = rows.at(-1)?.score
    if (worst === undefined || rows.length < limit + TIES_SPARE || rows[limit - 1]?.score !== worst) {
      return this.#inOrder(rows).slice(0, limit)
    }
    const better = rows.filter(({ score }) => score > worst)
    const equal = this.#equal.all(match, worst, limit - better.length).map(scoredLabel)
    return [...this.#inOrder(better), ...equal]
  }

  /** What holds any of the words, as long as common words need not be asked by themselves. */
  withAnyOf(words: readonly string[], limit: number): ScoredLabel[] {
    const any = words.join(' OR ')
    if (words.length === 1 || this.#areFew(any)) return this.matching(any, limit)
    const counted = words.map((word) => ({ word, count: this.#countOf(word) })).filter(({ count }) => count > 0)
    counted.sort((a, b) => a.count - b.count)
    let scored = 0
    const rare = counted.filter(({ count }) => {
      scored += count
      return scored <= this.#scoredMax
    })
    const narrowed = rare.length === 0 ? this.#withAll(counted, limit) : this.#withRare(rare, counted, limit)
    return narrowed.length < limit ? this.matching(any, limit) : narrowed
  }

  #withAll(words: readonly { word: string }[], limit: number): ScoredLabel[] {
    return this.matching(words.map(({ word }) => word).join(' AND '), limit)
  }

  /** Those with a rare word by the score of all words; nothing when that cannot be told apart from what follows. */
  #withRare(rare: readonly { word: string }[], all: readonly { word: string }[], limit: number): ScoredLabel[] {
    const rareOnly = rare.map(({ word }) => word).join(' OR ')
    const any = all.map(({ word }) => word).join(' OR ')
    const twice = this.#labels.all(`(${rareOnly}) AND (${any})`, limit * EXACT_FACTOR).map(scoredLabel)
    const rows = this.#withoutSecondScore(twice, rareOnly)
    const end = rows[limit - 1]?.score
    if (end === undefined) return []
    const best = rows.filter(({ score }) => score >= end)
    // The last ones read may be followed by equal ones that were not.
    const last = twice.length < limit * EXACT_FACTOR ? undefined : twice.at(-1)
    if (best.some(({ label }) => label === last?.label)) return []
    return this.#inOrder(best).slice(0, limit)
  }

  /** There is no expression for words that only add to a score, so the rare ones stand in it twice. */
  #withoutSecondScore(twice: readonly ScoredLabel[], rareOnly: string): ScoredLabel[] {
    const labels = JSON.stringify(twice.map(({ label }) => label))
    const once = new Map(
      this.#scores
        .all(rareOnly, labels)
        .map(scoredLabel)
        .map(({ label, score }) => [label, score])
    )
    return twice
      .map(({ label, score }) => ({ label, score: score - (once.get(label) ?? 0) }))
      .sort((a, b) => b.score - a.score)
  }

  /** Whether all that match may be scored. In a small index they may, whatever they are. */
  #areFew(match: string): boolean {
    return this.#counters.get('label') <= this.#scoredMax || this.#countOf(match) <= this.#scoredMax
  }

  /** No further than what makes a word common. */
  #countOf(match: string): number {
    const revision = this.#counters.get('revision')
    if (revision !== this.#countsRevision || this.#counts.size >= COUNTS_KEPT_MAX) this.#counts.clear()
    this.#countsRevision = revision
    const known = this.#counts.get(match)
    if (known !== undefined) return known
    const count = Number(this.#count.get(match, this.#scoredMax + 1)?.['count'])
    this.#counts.set(match, count)
    return count
  }

  /** Rows that stand by score, with those of equal score in the order of their ids; only those are read. */
  #inOrder(rows: readonly ScoredLabel[]): ScoredLabel[] {
    const ordered: ScoredLabel[] = []
    for (let start = 0; start < rows.length; ) {
      let end = start + 1
      while (end < rows.length && rows[end]?.score === rows[start]?.score) end += 1
      const equal = rows.slice(start, end)
      ordered.push(...(equal.length === 1 ? equal : this.#byId(equal)))
      start = end
    }
    return ordered
  }

  #byId(equal: readonly ScoredLabel[]): ScoredLabel[] {
    const chunks = equal.map((row) => scoredChunk({ ...row, ...this.#ids.get(row.label) }))
    return chunks.sort(byScoreThenId).map(({ label, score }) => ({ label, score }))
  }
}

export function scoredChunk(row: Record<string, SQLOutputValue>): ScoredChunk {
  return {
    ...scoredLabel(row),
    docId: docId(String(row['docId'])),
    chunkId: String(row['chunkId'])
  }
}

export function byScoreThenId(a: ScoredChunk, b: ScoredChunk): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.docId !== b.docId) return a.docId < b.docId ? -1 : 1
  return a.chunkId < b.chunkId ? -1 : 1
}

function scoredLabel(row: Record<string, SQLOutputValue>): ScoredLabel {
  return { label: Number(row['label']), score: Number(row['score']) }
}
