import { parsePointer } from '@hcfs/core'
import type { ParsedQuery, QueryTerm } from '../../indexing/index-database/parsed-query.ts'
import type { SearchFilter } from '../../indexing/index-database/search-filter.ts'

/** Writes a query in one way; `parseQuery` reads the same query from it. */
export function printQuery({ terms, filter }: ParsedQuery): string {
  return [...terms.map(printTerm), ...printFilter(filter)].join(' ')
}

function printTerm({ kind, text, isExcluded }: QueryTerm): string {
  const minus = isExcluded ? '-' : ''
  if (kind === 'phrase') return `${minus}${quote(text)}`
  return `${minus}${escapeSigns(text)}${kind === 'prefix' ? '*' : ''}`
}

function printFilter(filter: SearchFilter): string[] {
  const { tags = [], fields = {}, kind, author, agent, under, updatedAfterMs, updatedBeforeMs } = filter
  const texts = { kind, author, agent, under, after: isoTime(updatedAfterMs), before: isoTime(updatedBeforeMs) }
  return [
    ...tags.map((tag) => `tag:${quote(tag)}`),
    ...Object.entries(texts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${quote(value)}`])),
    ...Object.entries(fields).map(([pointer, value]) => {
      const keys = (parsePointer(pointer) ?? []).map(escapeSigns)
      return `field.${keys.join('.')}:${typeof value === 'string' ? quote(value) : JSON.stringify(value)}`
    })
  ]
}

function isoTime(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString()
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function escapeSigns(text: string): string {
  return text.replaceAll(/[\\"*:.\-\s]/g, '\\$&')
}
