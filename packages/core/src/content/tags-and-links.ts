import { HcfsError, hasErrorCode } from '../errors/hcfs-error.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import type { ContextPath } from '../paths/context-path.ts'
import { parseCanonicalPath, parsePath } from '../paths/context-path.ts'
import { utf8ByteLength } from '../paths/utf8-byte-length.ts'
import type { Link } from './content.ts'

const { tagBytesMax, linkRelBytesMax } = FORMAT_LIMITS

// C0, DEL and C1: NUL separates the parts of a key, and the others cannot be seen or typed.
const CONTROL_CHARACTER = /\p{Cc}/u

/** Whether text can be a tag: not empty, well-formed, short enough, and without control characters. */
export function isTag(text: unknown): text is string {
  return isLabel(text, tagBytesMax)
}

/** Whether text can say what a link is: by the same rules as a tag. */
export function isLinkRel(text: unknown): text is string {
  return isLabel(text, linkRelBytesMax)
}

export function checkedTag(tag: unknown): string {
  if (isTag(tag)) return tag
  throw labelInvalid('A tag', tagBytesMax)
}

/** A frozen copy with a canonical path; what a caller wrote is parsed like every path. */
export function checkedLink(link: unknown): Link {
  if (typeof link !== 'object' || link === null || !('to' in link) || !('rel' in link)) {
    throw new HcfsError('CONTENT_INVALID', 'A link is an object { to, rel } with the path it leads to and what it is')
  }
  if (!isLinkRel(link.rel)) throw labelInvalid('The rel of a link', linkRelBytesMax)
  if (typeof link.to !== 'string') throw new HcfsError('CONTENT_INVALID', 'The target of a link is a path, as text')
  return Object.freeze({ to: parsePath(link.to), rel: link.rel })
}

/** `undefined` for text that is not the one spelling of a path. */
export function canonicalPathOf(text: string): ContextPath | undefined {
  try {
    return parseCanonicalPath(text)
  } catch (error) {
    if (hasErrorCode(error, 'PATH_INVALID')) return undefined
    throw error
  }
}

function isLabel(text: unknown, bytesMax: number): text is string {
  if (typeof text !== 'string' || text === '' || text.length > bytesMax || !text.isWellFormed()) return false
  return !CONTROL_CHARACTER.test(text) && utf8ByteLength(text) <= bytesMax
}

function labelInvalid(what: string, bytesMax: number): HcfsError {
  return new HcfsError(
    'CONTENT_INVALID',
    `${what} is text of 1 to ${bytesMax} bytes without control characters; shorten or clean it`,
    { details: { bytesMax } }
  )
}
