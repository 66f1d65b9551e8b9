import { ROOT_PATH } from './context-path.ts'
import {
  CAPITAL_LETTERS,
  KEPT_CHARACTERS,
  SMALL_LETTERS,
  toCapitalLetters,
  toSmallLetters
} from './file-name-letters.ts'
import { normalizeNfc } from './normalize-nfc.ts'
import { pathError, quoted } from './path-error.ts'
import { joinPath } from './path-tree.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

/** What Linux, macOS and Windows all take. */
export const FILE_NAME_BYTES_MAX = 255

/** A run of capitals, and whether a small letter follows it; or one character that must not stand in a file name. */
const TO_ESCAPE = new RegExp(`([${CAPITAL_LETTERS}]+)(?=([${SMALL_LETTERS}])|)|[^${KEPT_CHARACTERS}]`, 'gu')
const ESCAPED = new RegExp(`\\+\\+([${SMALL_LETTERS}]+)=?|\\+([${SMALL_LETTERS}])|(?:%[0-9a-f]{2})+`, 'gu')

/** Windows drops a dot or space at the end, and some of its programs a space in front. */
const BAD_EDGE = /^ |[. ]$/g
/** Windows opens a device for these, whatever extension follows. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?= *(?:\.|$))/

const encoder = new TextEncoder()

/**
 * The file name of a path segment, which is valid on Linux, macOS and Windows
 * and different for different segments, even where case is ignored.
 *
 * Most names in small letters stay as they are. One capital becomes `+` and the
 * small letter (`Notes` is `+notes`), several become `++` and the small letters
 * (`README.md` is `++readme.md`), with `=` behind them where a small letter
 * follows (`HTTPd` is `++http=d`). Any other character becomes its UTF-8 bytes
 * as `%3a`.
 *
 * An escape can be longer than file systems allow, and a shorter one that is
 * reversible cannot exist: there are more segments than names. Such a segment
 * fails here with `PATH_INVALID`; `toFileNames` spreads it over nested folders.
 */
export function toFileName(segment: string): string {
  assertSegment(segment)
  const name = escapeSegment(segment)
  if (utf8ByteLength(name) <= FILE_NAME_BYTES_MAX) return name
  throw pathError(
    'file-name-bytes',
    `${quoted(segment)} does not fit into one file name; spread it over nested folders with toFileNames, or shorten it`
  )
}

/**
 * Takes exactly what `toFileName` gives, also when the file system has changed
 * its normalization form. Every other name fails with `PATH_INVALID`: it was
 * not written by us and stands for itself.
 */
export function fromFileName(name: string): string {
  const read = normalizeNfc(name)
  const segment = unescapeSegment(read)
  if (toFileName(segment) === read) return segment
  throw notOurs(name)
}

/** Without the check of the length. */
export function escapeSegment(segment: string): string {
  return segment
    .replace(TO_ESCAPE, (character: string, capitals: string | undefined, following: string | undefined) =>
      capitals === undefined ? percentEscape(character) : escapeCapitals(capitals, following !== undefined)
    )
    .replace(BAD_EDGE, percentEscape)
    .replace(DEVICE, (device) => percentEscape(device.charAt(0)) + device.slice(1))
}

/** Undoes `escapeSegment`. Also gives something for other names; the caller escapes it again and compares. */
export function unescapeSegment(name: string): string {
  return name.replace(ESCAPED, (escaped: string, several: string | undefined, one: string | undefined) => {
    const smalls = several ?? one
    return smalls === undefined ? percentUnescape(escaped) : toCapitalLetters(smalls)
  })
}

export function notOurs(name: string) {
  return pathError('file-name', `${quoted(name)} is not the file name of a path segment; take it as it is instead`)
}

function assertSegment(segment: string): void {
  if (joinPath(ROOT_PATH, segment) === `/${segment}`) return
  throw pathError(
    'not-canonical',
    `Segment ${quoted(segment)} is not in Unicode normalization form C; parse its path first`
  )
}

function escapeCapitals(capitals: string, isFollowedBySmall: boolean): string {
  const smalls = toSmallLetters(capitals)
  if (smalls.length === 1) return `+${smalls}`
  return `++${smalls}${isFollowedBySmall ? '=' : ''}`
}

function percentEscape(character: string): string {
  return Array.from(encoder.encode(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function percentUnescape(escaped: string): string {
  try {
    return decodeURIComponent(escaped)
  } catch {
    throw notOurs(escaped)
  }
}
