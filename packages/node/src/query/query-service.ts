import type { DocId, ScoreParts, SearchHit, SearchMode } from '@hcfs/core'
import type { IndexDatabase } from '../indexing/index-database/index-database.ts'
import type { IndexReader } from '../indexing/index-database/index-reader.ts'
import type { IndexedChunk } from '../indexing/index-database/indexed-context.ts'
import type { ParsedQuery } from '../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../indexing/index-database/search-filter.ts'
import type { TextSearch } from '../indexing/index-database/text-search.ts'
import type { BoostQuery } from './ranking/boosts.ts'
import { BOOST_MAX, boostsOf, phraseOf } from './ranking/boosts.ts'
import { confidenceOf } from './ranking/confidence.ts'
import { diversify } from './ranking/diversify.ts'
import type { FusedContext, RankedList } from './ranking/fuse-lists.ts'
import { fuseLists } from './ranking/fuse-lists.ts'
import { snippetOf } from './ranking/snippet.ts'
import { TermMatcher } from './ranking/term-matcher.ts'
import { RecentChunks } from './recent-chunks.ts'

export interface QueryServiceComponents {
  readonly database: IndexDatabase
  readonly reader: IndexReader
  readonly texts: TextSearch
}

/** What a vector index found, with what is known of its embedder. */
export interface VectorCandidates {
  readonly labels: Uint32Array
  readonly scores: Float32Array
  /** What the list counts for beside the text's 1. */
  readonly weight: number
  readonly unrelatedCosine: number
}

export interface RankRequest {
  readonly query: ParsedQuery
  /** The words of the query as the caller wrote them. */
  readonly words: string
  readonly filter: SearchFilter
  readonly mode: SearchMode
  readonly vectors?: VectorCandidates
  /** How many chunks of each index are looked at. */
  readonly candidates: number
  readonly limit: number
  readonly diversity: number
  /** Whether hits carry the text of their chunk. @default false */
  readonly withText?: boolean
}

export interface RankedHit extends Omit<SearchHit, 'updatedAt'> {
  readonly docId: DocId
  readonly updatedAtMs: number
  /** Of the chunk, where it was asked for. */
  readonly text?: string
}

interface Weighed {
  readonly chunk: IndexedChunk
  readonly fused: FusedContext
  readonly boosts: Readonly<Record<string, number>>
  readonly score: number
}

/** Diversity chooses from so many times as many as it gives. */
const DIVERSITY_FACTOR = 3
const SNIPPET_LENGTH_MAX = 240
const TEXT_WEIGHT = 1

/**
 * The reading side of the index, as it runs on a thread of its own: takes what a
 * vector index found, asks the text index, and makes one ranking of the two.
 */
export class QueryService {
  readonly #components: QueryServiceComponents
  readonly #chunks: RecentChunks

  constructor(components: QueryServiceComponents) {
    this.#components = components
    this.#chunks = new RecentChunks(components.reader)
  }

  /** The labels that pass both filters and hold nothing that is excluded; undefined when all do. Ascending. */
  matching(query: ParsedQuery, filter: SearchFilter): Uint32Array | undefined {
    return this.#components.texts.labelsAllowed({ query, filter })
  }

  rank(request: RankRequest): RankedHit[] {
    const matcher = new TermMatcher(request.query.terms)
    return this.#components.database.snapshot(() => {
      this.#chunks.begin()
      const weighed = this.#weighed(fuseLists(this.#lists(request)), request, matcher)
      return chosen(weighed, request).map((one) => hitOf(one, { matcher, request }))
    })
  }

  close(): void {
    this.#components.database.close()
  }

  /** The best by score and boosts. Ends where no boost could bring the next one among them. */
  #weighed(fused: readonly FusedContext[], { words, limit, diversity }: RankRequest, matcher: TermMatcher): Weighed[] {
    const count = diversity === 0 ? limit : limit * DIVERSITY_FACTOR
    const query = { phrase: phraseOf(words), matcher }
    const best: Weighed[] = []
    for (const context of fused) {
      const last = best[count - 1]
      if (last !== undefined && context.score * BOOST_MAX < last.score) break
      const chunk = this.#chunks.get(context.label)
      if (chunk !== undefined) insertInOrder(best, weigh(context, chunk, query), count)
    }
    return best
  }

  #lists({ query, filter, mode, vectors, candidates: limit }: RankRequest): RankedList[] {
    const { texts } = this.#components
    const lists: RankedList[] = []
    if (mode !== 'vector') {
      lists.push({ index: 'text', weight: TEXT_WEIGHT, candidates: texts.search({ query, filter, limit }) })
    }
    if (vectors !== undefined) {
      const docIds = texts.contextsOf(vectors.labels)
      // The nearest of what is far is no answer.
      const candidates = Array.from(vectors.labels, (label, index) => ({
        label,
        score: vectors.scores[index] ?? 0
      })).filter(({ score }) => score > vectors.unrelatedCosine)
      lists.push({
        index: 'vector',
        weight: vectors.weight,
        floor: vectors.unrelatedCosine,
        candidates: candidates.flatMap((candidate) => {
          const docId = docIds.get(candidate.label)
          return docId === undefined ? [] : [{ ...candidate, docId }]
        })
      })
    }
    return lists
  }
}

function weigh(fused: FusedContext, chunk: IndexedChunk, query: BoostQuery): Weighed {
  const boosts = boostsOf(chunk, query)
  return { chunk, fused, boosts, score: Object.values(boosts).reduce((product, boost) => product * boost, fused.score) }
}

function insertInOrder(best: Weighed[], one: Weighed, count: number): void {
  const at = best.findLastIndex((other) => isBefore(other, one)) + 1
  best.splice(at, 0, one)
  if (best.length > count) best.pop()
}

function isBefore(a: Weighed, b: Weighed): boolean {
  return a.score === b.score ? a.fused.docId < b.fused.docId : a.score > b.score
}

function chosen(weighed: readonly Weighed[], { diversity, limit }: RankRequest): readonly Weighed[] {
  if (diversity === 0) return weighed.slice(0, limit)
  const comparable = weighed.map((one) => ({ one, score: one.score, words: wordsOf(one.chunk.text) }))
  return diversify(comparable, diversity)
    .slice(0, limit)
    .map(({ one }) => one)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
}

function hitOf(
  { chunk, fused, boosts, score }: Weighed,
  { matcher, request: { vectors, withText = false } }: { matcher: TermMatcher; request: RankRequest }
): RankedHit {
  const { docId, path, title, kind, tags, version, author, by, updatedAtMs } = chunk
  const cosine = fused.vector?.score
  const matches = matcher.matches(chunk.text)
  const around = [title ?? '', ...chunk.headings, ...tags].flatMap((text) => matcher.matches(text))
  return {
    docId,
    path,
    chunk: { id: chunk.id, part: chunk.part, start: chunk.start, end: chunk.end, headings: chunk.headings },
    ...snippetOf(chunk.text, matches, { lengthMax: SNIPPET_LENGTH_MAX }),
    score,
    parts: partsOf(fused, boosts),
    confidence: confidenceOf({
      wordShare: matcher.shareOf([...matches, ...around]),
      unrelatedCosine: vectors?.unrelatedCosine ?? 0,
      ...(cosine !== undefined && { cosine })
    }),
    tags,
    version,
    author,
    updatedAtMs,
    ...(withText && { text: chunk.text }),
    ...(title !== undefined && { title }),
    ...(kind !== undefined && { kind }),
    ...(by !== undefined && { by })
  }
}

function partsOf({ text, vector }: FusedContext, boosts: Readonly<Record<string, number>>): ScoreParts {
  return {
    ...(text !== undefined && { textRank: text.rank, textScore: text.score }),
    ...(vector !== undefined && { vectorRank: vector.rank, vectorScore: vector.score }),
    ...(Object.keys(boosts).length > 0 && { boosts })
  }
}
