import type { DocId, ScoreParts, SearchHit, SearchMode } from '@hcfs/core'
import type { IndexDatabase } from '../indexing/index-database/index-database.ts'
import type { IndexReader } from '../indexing/index-database/index-reader.ts'
import type { IndexedChunk } from '../indexing/index-database/indexed-context.ts'
import type { ParsedQuery } from '../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../indexing/index-database/search-filter.ts'
import type { TextSearch } from '../indexing/index-database/text-search.ts'
import { boostsOf } from './ranking/boosts.ts'
import { confidenceOf } from './ranking/confidence.ts'
import { diversify } from './ranking/diversify.ts'
import type { FusedContext, RankedList } from './ranking/fuse-ranks.ts'
import { fuseRanks } from './ranking/fuse-ranks.ts'
import { snippetOf } from './ranking/snippet.ts'
import { TermMatcher } from './ranking/term-matcher.ts'

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
  readonly limit: number
  readonly diversity: number
}

export interface RankedHit extends Omit<SearchHit, 'updatedAt'> {
  readonly docId: DocId
  readonly updatedAtMs: number
}

interface Weighed {
  readonly chunk: IndexedChunk
  readonly fused: FusedContext
  readonly boosts: Readonly<Record<string, number>>
  readonly score: number
  readonly wordShare: number
}

/** How many of each index are fused. */
const CANDIDATES_MAX = 100
/** Boosts may lift what stands below the last hit. */
const WEIGHED_FACTOR = 3
const SNIPPET_LENGTH_MAX = 240
const TEXT_WEIGHT = 1

/**
 * The reading side of the index, as it runs on a thread of its own: takes what a
 * vector index found, asks the text index, and makes one ranking of the two.
 */
export class QueryService {
  readonly #components: QueryServiceComponents

  constructor(components: QueryServiceComponents) {
    this.#components = components
  }

  /** The labels that pass both filters and hold nothing that is excluded; undefined when all do. Ascending. */
  matching(query: ParsedQuery, filter: SearchFilter): Uint32Array | undefined {
    return this.#components.texts.labelsAllowed({ query, filter })
  }

  rank(request: RankRequest): RankedHit[] {
    const { reader } = this.#components
    const matcher = new TermMatcher(request.query.terms)
    return this.#components.database.snapshot(() => {
      const fused = fuseRanks(this.#lists(request)).slice(0, request.limit * WEIGHED_FACTOR)
      const chunks = new Map(reader.chunksOf(fused.map(({ label }) => label)).map((chunk) => [chunk.label, chunk]))
      const weighed = fused
        .flatMap((context) => weigh(context, { chunk: chunks.get(context.label), words: request.words, matcher }))
        .sort((a, b) => b.score - a.score || (a.fused.docId < b.fused.docId ? -1 : 1))
      return chosen(weighed, request).map((one) => hitOf(one, { matcher, vectors: request.vectors }))
    })
  }

  close(): void {
    this.#components.database.close()
  }

  #lists({ query, filter, mode, vectors }: RankRequest): RankedList[] {
    const { texts, reader } = this.#components
    const lists: RankedList[] = []
    if (mode !== 'vector') {
      const candidates = texts.search({ query, filter, limit: CANDIDATES_MAX })
      lists.push({ index: 'text', weight: TEXT_WEIGHT, candidates })
    }
    if (vectors !== undefined) {
      const docIds = reader.contextsOf(vectors.labels)
      // The nearest of what is far is no answer.
      const candidates = Array.from(vectors.labels, (label, index) => ({
        label,
        score: vectors.scores[index] ?? 0
      })).filter(({ score }) => score > vectors.unrelatedCosine)
      lists.push({
        index: 'vector',
        weight: vectors.weight,
        candidates: candidates.flatMap((candidate) => {
          const docId = docIds.get(candidate.label)
          return docId === undefined ? [] : [{ ...candidate, docId }]
        })
      })
    }
    return lists
  }
}

interface Weighing {
  readonly chunk: IndexedChunk | undefined
  readonly words: string
  readonly matcher: TermMatcher
}

function weigh(fused: FusedContext, { chunk, words, matcher }: Weighing): Weighed[] {
  if (chunk === undefined) return []
  const boosts = boostsOf(chunk, { words, matcher })
  const wordShare = matcher.share(chunk.text, chunk.title ?? '', ...chunk.headings, ...chunk.tags)
  const score = Object.values(boosts).reduce((product, boost) => product * boost, fused.score)
  return [{ chunk, fused, boosts, score, wordShare }]
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
  { chunk, fused, boosts, score, wordShare }: Weighed,
  { matcher, vectors }: { matcher: TermMatcher; vectors: VectorCandidates | undefined }
): RankedHit {
  const { docId, path, title, kind, tags, version, author, by, updatedAtMs } = chunk
  const cosine = fused.vector?.score
  return {
    docId,
    path,
    chunk: { id: chunk.id, part: chunk.part, start: chunk.start, end: chunk.end, headings: chunk.headings },
    ...snippetOf(chunk.text, matcher.matches(chunk.text), { lengthMax: SNIPPET_LENGTH_MAX }),
    score,
    parts: partsOf(fused, boosts),
    confidence: confidenceOf({
      wordShare,
      unrelatedCosine: vectors?.unrelatedCosine ?? 0,
      ...(cosine !== undefined && { cosine })
    }),
    tags,
    version,
    author,
    updatedAtMs,
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
