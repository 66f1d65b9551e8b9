import type { ContextPath } from './context-path.ts'
import { ROOT_PATH } from './context-path.ts'
import { escapeSegment, FILE_NAME_BYTES_MAX, notOurs, unescapeSegment } from './file-name.ts'
import { normalizeNfc } from './normalize-nfc.ts'
import { joinPath, pathSegments } from './path-tree.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

/** Ends a name whose segment goes on in the folder below. `toFileName` never ends a name so. */
const CONTINUED = '+'
/** Begins a name that goes on with the one above. `toFileName` never begins a name so. */
const CONTINUATION = '='

/**
 * The names from a root folder down to a context's own; empty for the root.
 * One for each segment, as `toFileName` gives it. A segment whose escape is
 * longer than a file name may be is cut into nested folders: `start+`, then
 * `=rest`. So every path has a place in a file system, and no two have the same.
 */
export function toFileNames(path: ContextPath): string[] {
  return pathSegments(path).flatMap((segment) => cutName(escapeSegment(segment)))
}

/** Takes exactly what `toFileNames` gives; everything else fails with `PATH_INVALID`. */
export function fromFileNames(names: readonly string[]): ContextPath {
  const read = names.map(normalizeNfc)
  const path = joinPath(ROOT_PATH, ...joinNames(read).map(unescapeSegment))
  const written = toFileNames(path)
  const wrong = names.find((_, index) => written[index] !== read[index])
  if (wrong === undefined && written.length === names.length) return path
  throw notOurs(wrong ?? names.join('/'))
}

function cutName(name: string): string[] {
  const names: string[] = []
  let rest = name
  while (utf8ByteLength(rest) > FILE_NAME_BYTES_MAX) {
    const start = startWithin(rest, FILE_NAME_BYTES_MAX - CONTINUED.length)
    names.push(start + CONTINUED)
    rest = CONTINUATION + rest.slice(start.length)
  }
  return [...names, rest]
}

function startWithin(text: string, bytesMax: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += utf8ByteLength(character)
    if (bytes > bytesMax) break
    end += character.length
  }
  return text.slice(0, end)
}

function joinNames(names: readonly string[]): string[] {
  const joined: string[] = []
  let start = ''
  for (const name of names) {
    const whole = start === '' ? name : start + name.slice(CONTINUATION.length)
    start = ''
    if (name.endsWith(CONTINUED)) start = whole.slice(0, -CONTINUED.length)
    else joined.push(whole)
  }
  return start === '' ? joined : [...joined, start]
}
