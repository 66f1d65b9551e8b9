import { parsePointer } from '@hcfs/core'

/** What a rule is about. */
export type RuleTarget = 'field' | 'section' | 'tags' | 'links' | 'body'

/** The key of a rule, read: `/style/*`, `#Rules`, `tags`, `links` or `body`. */
export interface RulePattern {
  readonly text: string
  readonly target: RuleTarget
  /** Names of keys from the top down, or the one heading; `*` stands for any. Empty for tags, links and body. */
  readonly segments: readonly string[]
  /** How many segments are not `*`: the more, the more specific. */
  readonly literals: number
}

export const ANY = '*'

/** `undefined` for a text that is no pattern. */
export function parsePattern(text: string): RulePattern | undefined {
  if (text === 'tags' || text === 'links' || text === 'body') return pattern(text, text, [])
  if (text.startsWith('#')) {
    const heading = text.slice(1).trim()
    return heading === '' ? undefined : pattern(text, 'section', [heading])
  }
  const segments = text.startsWith('/') ? parsePointer(text) : undefined
  return segments === undefined || segments.length === 0 ? undefined : pattern(text, 'field', segments)
}

/** Whether the pattern is about exactly this key. */
export function matchesExactly({ segments }: RulePattern, key: readonly string[]): boolean {
  return segments.length === key.length && startsAlike(segments, key, key.length)
}

/** Whether the pattern is about something inside of this key. */
export function matchesInside({ segments }: RulePattern, key: readonly string[]): boolean {
  return segments.length > key.length && startsAlike(segments, key, key.length)
}

/** Whether one key can be what both are about. */
export function overlaps(left: RulePattern, right: RulePattern): boolean {
  if (left.target !== right.target || left.segments.length !== right.segments.length) return false
  return startsAlike(left.segments, right.segments, left.segments.length)
}

/** Whether the second can be about the same key as the first, or about something inside of it. */
export function reachesInto(outer: RulePattern, inner: RulePattern): boolean {
  if (outer.target !== inner.target || inner.segments.length < outer.segments.length) return false
  return startsAlike(outer.segments, inner.segments, outer.segments.length)
}

function startsAlike(left: readonly string[], right: readonly string[], count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    const [one, other] = [left[index], right[index]]
    if (one !== other && one !== ANY && other !== ANY) return false
  }
  return true
}

function pattern(text: string, target: RuleTarget, segments: readonly string[]): RulePattern {
  return { text, target, segments, literals: segments.filter((segment) => segment !== ANY).length }
}
