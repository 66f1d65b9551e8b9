import type { ContextPath, SearchMode, SearchRequest } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { ParsedQuery } from '../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../indexing/index-database/search-filter.ts'
import { parseLiteralQuery, parseQuery } from './query-language/parse-query.ts'

/** A search as it was asked for, read and checked. */
export interface SearchPlan {
  readonly query: ParsedQuery
  /** What is looked for, as it was written. */
  readonly words: string
  readonly filter: SearchFilter
  readonly under: ContextPath
  readonly mode: SearchMode
  readonly limit: number
  readonly diversity: number
  /** Hits above it count less. */
  readonly around?: ContextPath
}

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100

export function planOf(request: SearchRequest): SearchPlan {
  const { text, literal = false, limit = LIMIT_DEFAULT, mode = 'hybrid', diversity = 0 } = request
  if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= LIMIT_MAX)) {
    throw badRequest('limit', `a whole number from 1 to ${LIMIT_MAX}`)
  }
  if (!(diversity >= 0 && diversity <= 1)) throw badRequest('diversity', 'a number from 0 to 1')
  const query = literal ? parseLiteralQuery(text) : parseQuery(text)
  const words = query.terms.filter(({ isExcluded }) => !isExcluded).map((term) => term.text)
  const around = aroundOf(request)
  // What the past is asked for: all of the way down, so that what stands above is there.
  const under = parsePath(around === undefined ? (request.under ?? query.filter.under ?? '/') : '/')
  const filter = { ...filterOf(request), ...(around !== undefined && { around }) }
  const plan = { query, words: words.join(' '), filter, under, mode, limit, diversity }
  return around === undefined ? plan : { ...plan, around }
}

function aroundOf({ effective, from, under }: SearchRequest): ContextPath | undefined {
  if (effective !== true && from === undefined) return undefined
  if (effective !== true || from === undefined)
    throw badRequest('from', 'where an effective search starts: both or none')
  if (under !== undefined) throw badRequest('under', 'for other searches: an effective one has from')
  return parsePath(from)
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

function badRequest(name: string, wanted: string): HcfsError {
  return new HcfsError('BAD_REQUEST', `${name} is ${wanted}`, { details: { field: name } })
}
