import type { Clock, ContextPath, Coverage, SearchAnswer, SearchHit, SearchRequest } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, hasErrorCode, withDeadline } from '@hcfs/core'
import type { ParsedQuery } from '../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../indexing/index-database/search-filter.ts'
import type { Reranker } from '../indexing/reranking/reranker.ts'
import { embedQuestion } from './embed-question.ts'
import type { IndexVectors, QueryRemote } from './local-index.ts'
import type { RankedHit, VectorCandidates } from './query-service.ts'
import { byDistance } from './ranking/by-distance.ts'
import { rerankedHits } from './reranked-hits.ts'
import type { SearchPlan } from './search-plan.ts'
import { planOf } from './search-plan.ts'

/** What answers a search: the threads of an index, and the embedder for the question. */
export interface SearchBackend {
  readonly queries: QueryRemote
  readonly vectors?: Pick<IndexVectors, 'shard' | 'embedder' | 'weight' | 'unrelatedCosine'>
}

export interface PastStates {
  /** Runs `work` with what answers for the state at that time. */
  use<Result>(
    question: { readonly at: Date; readonly under: ContextPath; readonly signal: AbortSignal },
    work: (backend: SearchBackend) => Promise<Result>
  ): Promise<Result>
}

export interface SearchComponents {
  /** Waits until the index has been opened. */
  readonly backend: (signal: AbortSignal) => Promise<SearchBackend>
  /** What answers at once; undefined while an index is being opened. Most searches need no deadline to wait with. */
  readonly openBackend?: () => SearchBackend | undefined
  readonly past: PastStates
  /** Resolves once the index shows everything that this node holds now. */
  readonly caughtUp: (signal: AbortSignal) => Promise<void>
  /** Resolves once this node holds what a token names. */
  readonly holds: (token: string, options: { timeoutMs?: number; signal?: AbortSignal }) => Promise<void>
  /** How many changes the index lacks, and what else a caller should know. */
  readonly state: () => { readonly behind: number; readonly warnings: readonly string[] }
  /** Tells why the index did not answer: when it has to be started anew, `backend` waits for that. */
  readonly failed: (error: unknown) => boolean
  /** Whether a context may be shown now: it is neither removed nor expired. */
  readonly isShown: (path: ContextPath) => boolean
  readonly clock: Pick<Clock, 'wait'>
  readonly reranker?: Reranker
}

export interface SearchLimits {
  /** A search goes by words alone when its question has no vector by then. */
  readonly embedQuestionTimeoutMs: number
  readonly rerankTextsMax: number
}

interface Ranking {
  readonly hits: readonly RankedHit[]
  readonly warnings: readonly string[]
}

interface Patience {
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const EMBEDDER_FAILURES = ['EMBEDDER_UNAVAILABLE', 'EMBEDDER_REFUSED', 'EMBEDDING_INVALID'] as const
const TIMEOUT_MS_DEFAULT = 10_000
/** How many chunks each index gives: one context may have many of them. */
const CANDIDATES_MIN = 50
const CANDIDATES_PER_HIT = 3
/** Asked for beyond the limit once there were hits that are no longer shown. */
const SPARE_HITS = 10

/** Answers searches from the index of this node. */
export class Search {
  readonly #components: SearchComponents
  readonly #limits: SearchLimits

  constructor(components: SearchComponents, limits: SearchLimits) {
    this.#components = components
    this.#limits = limits
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const plan = planOf(request)
    await this.#waitFor(request)
    return request.at === undefined ? this.#searchNow(plan, request) : this.#searchThen(plan, request.at, request)
  }

  async #searchNow(asked: SearchPlan, { strict = false, timeoutMs, signal }: SearchRequest): Promise<SearchAnswer> {
    const plan = widened(asked)
    let ranking = await this.#rankedNow(plan, { timeoutMs, signal })
    const hiddenCount = ranking.hits.length - this.#shown(ranking).length
    if (hiddenCount > 0 && ranking.hits.length === plan.limit) {
      ranking = await this.#rankedNow({ ...plan, limit: plan.limit + hiddenCount + SPARE_HITS }, { timeoutMs, signal })
    }
    const { behind, warnings } = this.#components.state()
    if (strict && behind > 0) throw incomplete(behind)
    return {
      hits: this.#shown(ranking).slice(0, asked.limit).map(searchHitOf),
      coverage: coverageOf(behind),
      warnings: [...new Set([...warnings, ...ranking.warnings])]
    }
  }

  #shown({ hits }: Ranking): readonly RankedHit[] {
    return hits.filter(({ path }) => this.#components.isShown(path))
  }

  /** An index that dies under a question is asked once more when it is there again. */
  async #rankedNow(plan: SearchPlan, { timeoutMs = TIMEOUT_MS_DEFAULT, signal }: Patience): Promise<Ranking> {
    const { clock, backend, openBackend, failed } = this.#components
    const ended = signal ?? new AbortController().signal
    const expired = (): HcfsError => indexNotOpen(timeoutMs)
    const opened = () => openBackend?.() ?? withDeadline(clock, { timeoutMs, signal, expired }, backend)
    try {
      return await this.#ranked(await opened(), plan, ended)
    } catch (error) {
      if (!failed(error)) throw error
      return await this.#ranked(await opened(), plan, ended)
    }
  }

  async #searchThen(plan: SearchPlan, at: Date, { signal }: SearchRequest): Promise<SearchAnswer> {
    const ended = signal ?? new AbortController().signal
    const question = { at, under: plan.under, signal: ended }
    const { hits, warnings } = await this.#components.past.use(question, (backend) =>
      this.#ranked(backend, widened(plan), ended)
    )
    return { hits: hits.slice(0, plan.limit).map(searchHitOf), coverage: coverageOf(0), warnings }
  }

  async #ranked(backend: SearchBackend, plan: SearchPlan, signal: AbortSignal): Promise<Ranking> {
    const ranking = await this.#rankedAlike(backend, plan, signal)
    return plan.around === undefined ? ranking : { ...ranking, hits: byDistance(ranking.hits, plan.around) }
  }

  /** Wherever in the tree the hits are. */
  async #rankedAlike(backend: SearchBackend, plan: SearchPlan, signal: AbortSignal): Promise<Ranking> {
    const { query, words, filter, mode, limit, diversity } = plan
    const warnings: string[] = []
    const vectors = await this.#vectorCandidates(backend, plan, signal).catch((error: unknown) => {
      // Words find much without vectors; only who asked for vectors alone is left with nothing.
      if (signal.aborted || mode === 'vector' || !isEmbedderFailure(error)) throw error
      warnings.push(`Only words were searched: ${error.message}`)
      return undefined
    })
    const { reranker } = this.#components
    const read = reranker === undefined || words === '' ? 0 : this.#limits.rerankTextsMax
    const request = {
      query,
      words,
      filter,
      mode,
      limit: Math.max(limit, read),
      candidates: candidatesFor(plan),
      diversity,
      withText: read > 0,
      ...(vectors !== undefined && { vectors })
    }
    const hits = await backend.queries.call('rank', [request], { signal })
    if (reranker === undefined || read === 0) return { hits, warnings }
    const reranked = await rerankedHits(reranker, hits, { question: words, textsMax: read, signal }).catch(
      (error: unknown) => {
        if (signal.aborted || !isEmbedderFailure(error)) throw error
        warnings.push(`Hits are not re-ranked: ${error.message}`)
        return hits
      }
    )
    return { hits: reranked.slice(0, limit), warnings }
  }

  /** Nothing without vectors, or where the query has no words to embed. */
  async #vectorCandidates(
    { queries, vectors }: SearchBackend,
    plan: SearchPlan,
    signal: AbortSignal
  ): Promise<VectorCandidates | undefined> {
    const { query, words, filter, mode } = plan
    if (mode === 'text' || vectors === undefined || words === '') return undefined
    const { shard, embedder, weight, unrelatedCosine } = vectors
    const { clock } = this.#components
    const [allowed, vector] = await Promise.all([
      isUnfiltered(query, filter) ? undefined : queries.call('matching', [query, filter], { signal }),
      embedQuestion({ embedder, clock }, { words, timeoutMs: this.#limits.embedQuestionTimeoutMs, signal })
    ])
    if (vector === undefined) return undefined
    const found = await shard.search(vector, candidatesFor(plan), { signal, ...(allowed !== undefined && { allowed }) })
    return { ...found, weight, unrelatedCosine }
  }

  async #waitFor({ after, timeoutMs = TIMEOUT_MS_DEFAULT, signal }: SearchRequest): Promise<void> {
    if (after === undefined) return
    const { holds, caughtUp, clock } = this.#components
    await holds(after, { timeoutMs, ...(signal !== undefined && { signal }) })
    const expired = () =>
      new HcfsError(
        'NOT_CAUGHT_UP',
        `The index does not show what the token names after ${timeoutMs} ms; wait longer`,
        {
          details: { timeoutMs }
        }
      )
    await withDeadline(clock, { timeoutMs, signal, expired }, caughtUp)
  }
}

/** A hit far up may give way to any that stands nearer. */
function widened(plan: SearchPlan): SearchPlan {
  return plan.around === undefined ? plan : { ...plan, limit: plan.limit + FORMAT_LIMITS.pathSegmentsMax }
}

function isEmbedderFailure(error: unknown): error is Error {
  return EMBEDDER_FAILURES.some((code) => hasErrorCode(error, code))
}

function candidatesFor({ limit }: SearchPlan): number {
  return Math.max(CANDIDATES_MIN, limit * CANDIDATES_PER_HIT)
}

function isUnfiltered({ terms, filter: written }: ParsedQuery, filter: SearchFilter): boolean {
  const isEmpty = Object.keys(written).length === 0 && Object.keys(filter).length === 0
  return isEmpty && !terms.some(({ isExcluded }) => isExcluded)
}

function searchHitOf({ docId: _docId, text: _text, updatedAtMs, ...hit }: RankedHit): SearchHit {
  return { ...hit, updatedAt: new Date(updatedAtMs).toISOString() }
}

/** One cell: this node's own index. */
function coverageOf(behind: number): Coverage {
  return { share: 1, cells: { asked: 1, answered: 1, stale: behind > 0 ? 1 : 0 }, behind }
}

function indexNotOpen(timeoutMs: number): HcfsError {
  const message = `The search index could not be opened within ${timeoutMs} ms; hcfs status says why, and trying again later may help`
  return new HcfsError('INDEX_UNAVAILABLE', message, { details: { timeoutMs } })
}

function incomplete(behind: number): HcfsError {
  return new HcfsError(
    'SEARCH_INCOMPLETE',
    `The index lacks ${behind} changes; wait a moment, or search without strict`,
    {
      details: { behind }
    }
  )
}
