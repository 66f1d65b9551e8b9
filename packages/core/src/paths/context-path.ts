import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import { normalizeNfc } from './normalize-nfc.ts'
import type { PathRule } from './path-error.ts'
import { pathError, quoted } from './path-error.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

declare const contextPathBrand: unique symbol

/**
 * The canonical name of a context: `/`, or `/a/b` without a slash at the end.
 *
 * 1. It is in NFC, at most `pathBytesMax` bytes of UTF-8, `pathSegmentsMax`
 *    segments and `segmentBytesMax` bytes each.
 * 2. No segment is empty, `.` or `..`, or holds a control character (C0, DEL,
 *    C1) or half of a surrogate pair.
 * 3. Two paths name the same context exactly when the strings are equal.
 *
 * It is parsed once, at the border. Everything else that Unicode has is allowed,
 * invisible and right-to-left formatting included, and letters that look alike
 * stay different: whoever shows a path to a person has to care for that.
 */
export type ContextPath = string & { readonly [contextPathBrand]: true }

const { pathBytesMax, pathSegmentsMax, segmentBytesMax } = FORMAT_LIMITS

// NFC never makes two UTF-16 units into less than one byte of UTF-8, so longer
// text cannot become short enough, and is not worth normalizing.
const INPUT_UNITS_MAX = 2 * pathBytesMax

const SPACE = 0x20
const DOT = 0x2e
const SLASH = 0x2f
const DEL = 0x7f
const C1_LAST = 0x9f

/** The context at the top. */
export const ROOT_PATH = '/' as ContextPath

/** Reads what a person or a program wrote; text that is not in NFC is brought into it. */
export function parsePath(text: string): ContextPath {
  if (isCanonicalAscii(text)) return text as ContextPath
  if (text.length > INPUT_UNITS_MAX) throw tooManyBytes()
  if (!text.isWellFormed())
    throw pathError('lone-surrogate', `${quoted(text)} holds half of a character; it is not text`)
  const path = normalizeNfc(text)
  assertCanonicalShape(path)
  return path as ContextPath
}

/** Reads what a peer or a store says is canonical, and refuses every other spelling. */
export function parseCanonicalPath(text: string): ContextPath {
  const path = parsePath(text)
  if (path === text) return path
  throw pathError(
    'not-canonical',
    `${quoted(text)} is not in Unicode normalization form C; its author has to write that`
  )
}

/** The way nearly every path takes: one pass, nothing allocated. Says no to whatever it is not sure of. */
function isCanonicalAscii(text: string): boolean {
  const { length } = text
  if (length > pathBytesMax || text.charCodeAt(0) !== SLASH) return false
  if (length === 1) return true
  let segments = 0
  let start = 1
  for (let index = 1; index <= length; index += 1) {
    const unit = index === length ? SLASH : text.charCodeAt(index)
    if (unit < SPACE || unit >= DEL) return false
    if (unit !== SLASH) continue
    const bytes = index - start
    if (bytes === 0 || bytes > segmentBytesMax) return false
    if (bytes <= 2 && text.charCodeAt(start) === DOT && text.charCodeAt(index - 1) === DOT) return false
    segments += 1
    start = index + 1
  }
  return segments <= pathSegmentsMax
}

function assertCanonicalShape(path: string): void {
  if (!path.startsWith('/'))
    throw pathError('leading-slash', `${quoted(path)} does not begin with a slash; put one first`)
  if (utf8ByteLength(path) > pathBytesMax) throw tooManyBytes()
  const segments = path.slice(1).split('/')
  if (segments.length > 1 && segments.at(-1) === '') {
    throw pathError('trailing-slash', `${quoted(path)} ends with a slash; leave that out`)
  }
  if (segments.length > pathSegmentsMax) {
    throw pathError('path-segments', `The path has ${segments.length} segments; at most ${pathSegmentsMax} are allowed`)
  }
  segments.forEach(assertSegment)
}

function assertSegment(segment: string, index: number): void {
  const fail = (rule: PathRule, what: string): never => {
    throw pathError(rule, `Segment ${index + 1} (${quoted(segment)}) ${what}`, { segment: index + 1 })
  }
  if (segment === '') fail('empty-segment', 'is empty; write one slash only')
  if (segment === '.' || segment === '..') fail('dot-segment', 'leads nowhere; write the whole path')
  if (holdsControl(segment)) fail('control-character', 'holds a control character; leave that out')
  const bytes = utf8ByteLength(segment)
  if (bytes > segmentBytesMax)
    fail('segment-bytes', `has ${bytes} bytes of UTF-8; at most ${segmentBytesMax} are allowed`)
}

function holdsControl(segment: string): boolean {
  for (let index = 0; index < segment.length; index += 1) {
    const unit = segment.charCodeAt(index)
    if (unit < SPACE || (unit >= DEL && unit <= C1_LAST)) return true
  }
  return false
}

function tooManyBytes() {
  return pathError('path-bytes', `The path has more than ${pathBytesMax} bytes of UTF-8; shorten it`)
}
