import type { Clock, ContextPath, Coverage, SearchAnswer, SearchHit, SearchMode, SearchRequest } from '@hcfs/core'
import { HcfsError, hasErrorCode, parsePath, withDeadline } from '@hcfs/core'
import type { Embedder } from '../indexing/embedding/embedder.ts'
import type { ParsedQuery } from '../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../indexing/index-database/search-filter.ts'
import type { VectorShardClient } from '../indexing/vector-shard-client.ts'
import type { QueryRemote } from './local-index.ts'
import { parseLiteralQuery, parseQuery } from './query-language/parse-query.ts'
import type { RankedHit, VectorCandidates } from './query-service.ts'

/** What answers a search: the threads of an index, and the embedder for the question. */
export interface SearchBackend {
  readonly queries: QueryRemote
  readonly vectors?: {
    readonly shard: VectorShardClient
    readonly embedder: Embedder
    readonly weight: number
    readonly unrelatedCosine: number
  }
}

export interface SearchComponents {
  /** Waits until the index has been opened. */
  readonly backend: (signal: AbortSignal) => Promise<SearchBackend>
  /** The state at a time, indexed for this search. */
  readonly backendAt: (question: { at: Date; under: ContextPath }, signal: AbortSignal) => Promise<SearchBackend>
  /** Resolves once the index shows everything that this node holds now. */
  readonly caughtUp: (signal: AbortSignal) => Promise<void>
  /** Resolves once this node holds what a token names. */
  readonly holds: (token: string, options: { timeoutMs?: number; signal?: AbortSignal }) => Promise<void>
  /** How many changes the index lacks, and what else a caller should know. */
  readonly state: () => { readonly behind: number; readonly warnings: readonly string[] }
  /** Tells that the index did not answer because it has died. */
  readonly failed: (error: unknown) => void
  /** Whether a context may be shown now: it is neither removed nor expired. */
  readonly isShown: (path: ContextPath) => boolean
  readonly clock: Pick<Clock, 'wait'>
}

interface Plan {
  readonly query: ParsedQuery
  readonly words: string
  readonly filter: SearchFilter
  readonly under: ContextPath
  readonly mode: SearchMode
  readonly limit: number
  readonly diversity: number
}

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100
const TIMEOUT_MS_DEFAULT = 10_000
const CANDIDATES_MAX = 100
/** Asked for beyond the limit, in place of hits that are no longer shown. */
const SPARE_HITS = 10

/** Answers searches from the index of this node. */
export class Search {
  readonly #components: SearchComponents

  constructor(components: SearchComponents) {
    this.#components = components
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const plan = planOf(request)
    await this.#waitFor(request)
    const { signal, at } = request
    const ended = signal ?? new AbortController().signal
    const backend =
      at === undefined
        ? await this.#components.backend(ended)
        : await this.#components.backendAt({ at, under: plan.under }, ended)
    const { behind, warnings } = at === undefined ? this.#components.state() : { behind: 0, warnings: [] }
    if (request.strict === true && behind > 0) throw incomplete(behind)
    const ranked = await this.#ranked(backend, plan, ended)
    const hits = ranked.filter(({ path }) => at !== undefined || this.#components.isShown(path)).slice(0, plan.limit)
    return { hits: hits.map(searchHitOf), coverage: coverageOf(behind), warnings }
  }

  async #ranked(backend: SearchBackend, plan: Plan, signal: AbortSignal): Promise<RankedHit[]> {
    const { query, words, filter, mode, diversity } = plan
    const limit = plan.limit + SPARE_HITS
    try {
      const vectors = await vectorCandidates(backend, plan, signal)
      const request = { query, words, filter, mode, limit, diversity, ...(vectors !== undefined && { vectors }) }
      return await backend.queries.call('rank', [request], { signal })
    } catch (error) {
      if (hasErrorCode(error, 'COMPUTE_FAILED')) this.#components.failed(error)
      throw error
    }
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

function planOf(request: SearchRequest): Plan {
  const { text, literal = false, limit = LIMIT_DEFAULT, mode = 'hybrid', diversity = 0 } = request
  if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= LIMIT_MAX)) {
    throw badRequest('limit', `a whole number from 1 to ${LIMIT_MAX}`)
  }
  if (!(diversity >= 0 && diversity <= 1)) throw badRequest('diversity', 'a number from 0 to 1')
  const query = literal ? parseLiteralQuery(text) : parseQuery(text)
  const words = query.terms.filter(({ isExcluded }) => !isExcluded).map((term) => term.text)
  const under = parsePath(request.under ?? query.filter.under ?? '/')
  return { query, words: words.join(' '), filter: filterOf(request), under, mode, limit, diversity }
}

function filterOf(request: SearchRequest): SearchFilter {
  const { under, tag, kind, fields, author, agent, updatedAfter, updatedBefore } = request
  return {
    ...(under !== undefined && { under: parsePath(under) }),
    ...(tag !== undefined && { tags: [tag] }),
    ...(kind !== undefined && { kind }),
    ...(fields !== undefined && { fields }),
    ...(author !== undefined && { author }),
    ...(agent !== undefined && { agent }),
    ...(updatedAfter !== undefined && { updatedAfterMs: timeOf('updatedAfter', updatedAfter) }),
    ...(updatedBefore !== undefined && { updatedBeforeMs: timeOf('updatedBefore', updatedBefore) })
  }
}

function timeOf(name: string, time: Date): number {
  const ms = time.getTime()
  if (Number.isNaN(ms)) throw badRequest(name, 'a time')
  return ms
}

/** Nothing without vectors, or where the query has no words to embed. */
async function vectorCandidates(
  { queries, vectors }: SearchBackend,
  { query, words, filter, mode }: Plan,
  signal: AbortSignal
): Promise<VectorCandidates | undefined> {
  if (mode === 'text' || vectors === undefined || words === '') return undefined
  const { shard, embedder, weight, unrelatedCosine } = vectors
  const [allowed, [vector]] = await Promise.all([
    isUnfiltered(query, filter) ? undefined : queries.call('matching', [query, filter], { signal }),
    embedder.embed([words], { purpose: 'query', signal })
  ])
  if (vector === undefined || vector.every((value) => value === 0)) return undefined
  const found = await shard.search(vector, CANDIDATES_MAX, { signal, ...(allowed !== undefined && { allowed }) })
  return { ...found, weight, unrelatedCosine }
}

function isUnfiltered({ terms, filter: written }: ParsedQuery, filter: SearchFilter): boolean {
  const isEmpty = Object.keys(written).length === 0 && Object.keys(filter).length === 0
  return isEmpty && !terms.some(({ isExcluded }) => isExcluded)
}

function searchHitOf({ docId: _docId, updatedAtMs, ...hit }: RankedHit): SearchHit {
  return { ...hit, updatedAt: new Date(updatedAtMs).toISOString() }
}

/** One cell: this node's own index. */
function coverageOf(behind: number): Coverage {
  return { share: 1, cells: { asked: 1, answered: 1, stale: behind > 0 ? 1 : 0 }, behind }
}

function badRequest(name: string, wanted: string): HcfsError {
  return new HcfsError('BAD_REQUEST', `${name} is ${wanted}`, { details: { field: name } })
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
