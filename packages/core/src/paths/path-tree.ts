import type { ContextPath } from './context-path.ts'
import { parsePath, ROOT_PATH } from './context-path.ts'
import { pathError, quoted } from './path-error.ts'

const SLASH = 0x2f

/** The path below `base`. Each segment is one: a slash inside it is refused, never followed. */
export function joinPath(base: ContextPath, ...segments: readonly string[]): ContextPath {
  if (segments.length === 0) return base
  for (const segment of segments) {
    if (segment === '') throw pathError('empty-segment', 'A segment is empty; leave it out')
    if (!segment.includes('/')) continue
    throw pathError('slash-in-segment', `Segment ${quoted(segment)} holds a slash; pass its parts one by one`)
  }
  return parsePath(`${base === ROOT_PATH ? '' : base}/${segments.join('/')}`)
}

/** Undefined for the root. */
export function parentPath(path: ContextPath): ContextPath | undefined {
  if (path === ROOT_PATH) return undefined
  const end = path.lastIndexOf('/')
  return end === 0 ? ROOT_PATH : (path.slice(0, end) as ContextPath)
}

/** From the root down to the parent; empty for the root. */
export function ancestorPaths(path: ContextPath): ContextPath[] {
  if (path === ROOT_PATH) return []
  const ancestors = [ROOT_PATH]
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
    ancestors.push(path.slice(0, end) as ContextPath)
  }
  return ancestors
}

/** Empty for the root. */
export function pathSegments(path: ContextPath): string[] {
  return path === ROOT_PATH ? [] : path.slice(1).split('/')
}

/** Whether `path` is `prefix` or lies below it: `/a` is a prefix of `/a` and of `/a/b`, not of `/ab`. */
export function isPathPrefix(prefix: ContextPath, path: ContextPath): boolean {
  if (prefix === ROOT_PATH || prefix === path) return true
  return path.charCodeAt(prefix.length) === SLASH && path.startsWith(prefix)
}
