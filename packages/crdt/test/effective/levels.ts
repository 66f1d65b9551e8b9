import type { ContextContent, JsonObject } from '@hcfs/core'
import { EMPTY_CONTENT, parsePath } from '@hcfs/core'
import type { ContentLevel } from '../../src/effective/effective-content.ts'

export interface LevelParts extends Partial<Omit<ContextContent, 'meta'>> {
  readonly rules?: JsonObject
}

/** Contexts below each other: `/`, `/1`, `/1/2`, … */
export function levels(...parts: readonly LevelParts[]): ContentLevel[] {
  return parts.map(({ rules, ...content }, level) => {
    const path = parsePath(`/${Array.from({ length: level }, (_, index) => index + 1).join('/')}`)
    return { path, content: { ...EMPTY_CONTENT, ...content, meta: rules === undefined ? {} : { inherit: rules } } }
  })
}
