import type { SQLInputValue } from 'node:sqlite'
import type { JsonValue } from '@hcfs/core'
import { ancestorPaths, hashCborHex, parsePath, pathKey, pathKeyRange, ROOT_PATH } from '@hcfs/core'
import type { SearchFilter } from './search-filter.ts'

export interface SqlCondition {
  /** True where nothing is asked for. */
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** Longer values are compared by their hash, so that a key of an index stays small. */
const VALUE_LENGTH_MAX = 128

/** What a row `c` of `contexts` has to fulfil. */
export function filterCondition(filter: SearchFilter): SqlCondition {
  const parts: SqlCondition[] = [...underCondition(filter), ...aroundCondition(filter), ...columnConditions(filter)]
  for (const tag of filter.tags ?? []) {
    parts.push({
      sql: 'EXISTS (SELECT 1 FROM contextTags AS t WHERE t.tag = ? AND t.context = c.id)',
      values: [tag]
    })
  }
  for (const [pointer, value] of Object.entries(filter.fields ?? {})) {
    parts.push({
      sql: 'EXISTS (SELECT 1 FROM contextFields AS f WHERE f.pointer = ? AND f.value = ? AND f.context = c.id)',
      values: [pointer, fieldValueKey(value)]
    })
  }
  if (parts.length === 0) return { sql: 'TRUE', values: [] }
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) }
}

/** One text per value; the order in which a caller names the keys of an object does not matter. */
export function fieldValueKey(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value)
    if (text.length <= VALUE_LENGTH_MAX) return text
  }
  // JSON never begins with this sign.
  return `#${hashCborHex(value)}`
}

function underCondition({ under }: SearchFilter): SqlCondition[] {
  if (under === undefined || under === ROOT_PATH) return []
  const { gte, lt } = pathKeyRange(parsePath(under))
  return [{ sql: 'c.pathKey >= ? AND c.pathKey < ?', values: [gte, lt] }]
}

function aroundCondition({ around }: SearchFilter): SqlCondition[] {
  if (around === undefined || around === ROOT_PATH) return []
  const path = parsePath(around)
  const { gte, lt } = pathKeyRange(path)
  const above = ancestorPaths(path).map(pathKey)
  const places = above.map(() => '?').join(', ')
  return [{ sql: `(c.pathKey >= ? AND c.pathKey < ? OR c.pathKey IN (${places}))`, values: [gte, lt, ...above] }]
}

function columnConditions(filter: SearchFilter): SqlCondition[] {
  const { kind, author, agent, updatedAfterMs, updatedBeforeMs } = filter
  const columns: readonly (readonly [string, SQLInputValue | undefined])[] = [
    ['c.kind = ?', kind],
    ['c.author = ?', author],
    ['c.agent = ?', agent],
    ['c.updatedAtMs >= ?', updatedAfterMs],
    ['c.updatedAtMs < ?', updatedBeforeMs]
  ]
  return columns.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]))
}
