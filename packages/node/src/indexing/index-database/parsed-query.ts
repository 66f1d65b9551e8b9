import type { SearchFilter } from './search-filter.ts'

export interface QueryTerm {
  /** `prefix` finds every word that begins so. */
  readonly kind: 'word' | 'phrase' | 'prefix'
  readonly text: string
  /** What holds this is not found. */
  readonly isExcluded: boolean
}

export interface ParsedQuery {
  readonly terms: readonly QueryTerm[]
  readonly filter: SearchFilter
}
