import { codePointRank } from '../text/compare-code-points.ts'
import type { ContextPath } from './context-path.ts'
import { parseCanonicalPath } from './context-path.ts'
import { pathError } from './path-error.ts'

const SLASH = 0x2f

/** Below everything a segment may hold, so that what lies below a path comes before its next sibling. */
const SEPARATOR = '\u0001'
const AFTER_SEPARATOR = '\u0002'

/**
 * Tree order: a path comes directly before what lies below it, and a subtree is
 * one piece. Segments are compared by their UTF-8 bytes, as an ordered store
 * compares keys. (Plain text order would put `/a-b` between `/a` and `/a/b`.)
 */
export function comparePaths(a: ContextPath, b: ContextPath): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index)
    const unitB = b.charCodeAt(index)
    if (unitA !== unitB) return rank(unitA) - rank(unitB)
  }
  return a.length - b.length
}

/** Below everything else, as `SEPARATOR` is in keys. */
function rank(unit: number): number {
  return unit === SLASH ? 0 : codePointRank(unit)
}

/**
 * The path as part of a key in an ordered store: UTF-8 byte order of keys is
 * `comparePaths`. A key never holds U+0000, so a store may end it with one and
 * append what it likes, and the parent still comes first.
 */
export function pathKey(path: ContextPath): string {
  return path.replaceAll('/', SEPARATOR)
}

export function pathFromKey(key: string): ContextPath {
  if (key.includes('/')) throw pathError('path-key', 'A stored path key holds a slash; it was not written by pathKey')
  return parseCanonicalPath(key.replaceAll(SEPARATOR, '/'))
}

/** The keys of `prefix` and of everything below it, and no others; with what a store appended to them, too. */
export function pathKeyRange(prefix: ContextPath): { gte: string; lt: string } {
  const gte = pathKey(prefix)
  // The root's key is the separator alone, and everything else continues it.
  return { gte, lt: prefix === '/' ? AFTER_SEPARATOR : `${gte}${AFTER_SEPARATOR}` }
}
