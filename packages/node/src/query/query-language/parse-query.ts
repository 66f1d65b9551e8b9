import type { JsonValue } from '@hcfs/core'
import { deviceId, formatPointer, HcfsError, parsePath } from '@hcfs/core'
import type { ParsedQuery, QueryTerm } from '../../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../../indexing/index-database/search-filter.ts'
import type { ScannedText } from './query-scanner.ts'
import { QueryScanner, queryInvalid } from './query-scanner.ts'

/** Filters that a query writes as `name:value`. */
export const FILTER_NAMES = ['tag', 'kind', 'author', 'agent', 'after', 'before', 'under'] as const

export type FilterName = (typeof FILTER_NAMES)[number]

const FILTER = new RegExp(`(${FILTER_NAMES.join('|')}):`, 'y')
const FIELD = /field((?:\.(?:\\[\s\S]|[^\s".:\\])+)+):/y
const FIELD_KEY = /\.((?:\\[\s\S]|[^.\\])+)/g
const DAY_OR_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/

/** The query language of docs/SEARCH.md. Fails with `QUERY_INVALID`; `details.at` is the offset of what is wrong. */
export function parseQuery(text: string): ParsedQuery {
  const scanner = new QueryScanner(text.toWellFormed())
  const filter = new FilterBuilder()
  const terms: QueryTerm[] = []
  for (scanner.skipSpaces(); !scanner.isAtEnd; scanner.skipSpaces()) {
    const startsAt = scanner.at
    const isExcluded = scanner.take('-') && scanner.isInside
    if (readFilter(scanner, filter)) {
      if (isExcluded) throw queryInvalid(startsAt, 'only words and phrases can be excluded; remove the minus')
      continue
    }
    const term = termOf(scanner.value(), isExcluded)
    if (term !== undefined) terms.push(term)
  }
  return { terms, filter: filter.filter }
}

/** Every character is something to look for. Never fails. */
export function parseLiteralQuery(text: string): ParsedQuery {
  const words = text.toWellFormed().split(/\s+/).filter(Boolean)
  return { terms: words.map((word) => ({ kind: 'word', text: word, isExcluded: false })), filter: {} }
}

/** Nothing where no text is left, as in `""` or a lone minus. */
function termOf({ text, at, isQuoted, hasStar }: ScannedText, isExcluded: boolean): QueryTerm | undefined {
  if (hasStar && text === '')
    throw queryInvalid(at, 'a star stands for the end of a word; write its beginning before it')
  if (text === '') return undefined
  if (isQuoted) return { kind: 'phrase', text, isExcluded }
  return { kind: hasStar ? 'prefix' : 'word', text, isExcluded }
}

function readFilter(scanner: QueryScanner, filter: FilterBuilder): boolean {
  const at = scanner.at
  const name = scanner.takeMatch(FILTER)?.[1]
  const field = name === undefined ? scanner.takeMatch(FIELD)?.[1] : undefined
  if (name === undefined && field === undefined) return false
  const value = scanner.isInside ? scanner.value() : undefined
  if (value === undefined || (value.text === '' && !value.isQuoted)) {
    throw queryInvalid(scanner.at, 'a value has to follow the colon directly; quote it if it holds spaces')
  }
  if (value.hasStar)
    throw queryInvalid(value.at, 'a star works in words only; write the whole value, or \\* for a star')
  if (field === undefined) filter.set(name as FilterName, value, at)
  else filter.setField(keysOf(field), value, at)
  return true
}

function keysOf(field: string): string[] {
  return Array.from(field.matchAll(FIELD_KEY), ([, key = '']) => key.replaceAll(/\\([\s\S])/g, '$1'))
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] }

/** What the value of a filter asks for, where a context has one value to compare. */
const SINGLE_FILTERS: Readonly<Record<Exclude<FilterName, 'tag'>, (value: ScannedText) => SearchFilter>> = {
  kind: ({ text }) => ({ kind: text }),
  agent: ({ text }) => ({ agent: text }),
  author: ({ text, at }) => ({ author: checked(at, () => deviceId(text)) }),
  under: ({ text, at }) => ({ under: checked(at, () => parsePath(text)) }),
  after: ({ text, at }) => ({ updatedAfterMs: timeOf(text, at) }),
  before: ({ text, at }) => ({ updatedBeforeMs: timeOf(text, at) })
}

/** Collects filters; one that can hold only once is refused the second time. */
class FilterBuilder {
  readonly filter: Mutable<SearchFilter> = {}
  readonly #names = new Set<FilterName>()

  set(name: FilterName, value: ScannedText, nameAt: number): void {
    if (name === 'tag') {
      this.filter.tags = [...(this.filter.tags ?? []), value.text]
      return
    }
    if (this.#names.has(name)) throw twice(nameAt)
    this.#names.add(name)
    Object.assign(this.filter, SINGLE_FILTERS[name](value))
  }

  setField(keys: readonly string[], value: ScannedText, nameAt: number): void {
    const pointer = formatPointer(keys)
    const fields = this.filter.fields ?? {}
    if (Object.hasOwn(fields, pointer)) throw twice(nameAt)
    this.filter.fields = { ...fields, [pointer]: value.isQuoted ? value.text : scalarOf(value.text) }
  }
}

function twice(at: number): HcfsError {
  return queryInvalid(at, 'this filter stands here for the second time, and a context has one value of it; keep one')
}

/** A number, `true`, `false` or `null` as JSON writes it; anything else is text. */
function scalarOf(text: string): JsonValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return text
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  return number === 0 ? 0 : number
}

/** A day is its first moment, in UTC. */
function timeOf(text: string, at: number): number {
  const time = DAY_OR_TIME.test(text) ? Date.parse(text) : Number.NaN
  // A day that does not exist would become one of the next month.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10))) return time
  throw queryInvalid(at, 'this is not a time; write a day as 2026-01-31, or a moment as 2026-01-31T12:00Z')
}

function checked<Value>(at: number, parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    throw error instanceof HcfsError ? queryInvalid(at, error.message) : error
  }
}
