import type { ErrorDetails } from '../errors/hcfs-error.ts'
import { HcfsError } from '../errors/hcfs-error.ts'

/** Which rule a path breaks; stands in the details of `PATH_INVALID`. */
export type PathRule =
  | 'leading-slash'
  | 'trailing-slash'
  | 'empty-segment'
  | 'dot-segment'
  | 'slash-in-segment'
  | 'control-character'
  | 'lone-surrogate'
  | 'segment-bytes'
  | 'path-bytes'
  | 'path-segments'
  | 'not-canonical'
  | 'path-key'
  | 'file-name'
  | 'file-name-bytes'

const QUOTED_UNITS_MAX = 64

/** What could move the cursor, turn the line around or hide; shown by its number instead. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

export function pathError(rule: PathRule, message: string, details: ErrorDetails = {}): HcfsError {
  return new HcfsError('PATH_INVALID', message, { details: { rule, ...details } })
}

/** Text as it may stand in a message: short, and harmless on a terminal. */
export function quoted(text: string): string {
  const start = text.length > QUOTED_UNITS_MAX ? `${text.slice(0, QUOTED_UNITS_MAX)}…` : text
  return `"${start.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`
}
