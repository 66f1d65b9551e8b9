/**
 * Which characters may stand in a file name as they are. A fixed table, so that
 * the same segment has the same file name on every runtime and for ever: what a
 * newer Unicode knows about a letter must not change it.
 *
 * No two kept characters are taken for one another by a file system that
 * ignores case: `ß` (`ss`), `ſ` (`s`), `ς` (`σ`) and the dotless `ı` are out.
 */

/** Lower-case letters from `first` to `last`; the capital stands `offset` before the small one. */
interface CasedRange {
  readonly first: number
  readonly last: number
  /** 2 where small and capital letters alternate. */
  readonly step: 1 | 2
  readonly offset: number
}

const CASED_RANGES: readonly CasedRange[] = [
  { first: 0x61, last: 0x7a, step: 1, offset: 32 },
  // Latin-1 without ß, ÷ and ÿ
  { first: 0xe0, last: 0xf6, step: 1, offset: 32 },
  { first: 0xf8, last: 0xfe, step: 1, offset: 32 },
  // Latin Extended-A without ı, ĸ, ŉ and ſ
  { first: 0x101, last: 0x12f, step: 2, offset: 1 },
  { first: 0x133, last: 0x137, step: 2, offset: 1 },
  { first: 0x13a, last: 0x148, step: 2, offset: 1 },
  { first: 0x14b, last: 0x177, step: 2, offset: 1 },
  { first: 0x17a, last: 0x17e, step: 2, offset: 1 },
  // Greek without ς
  { first: 0x3b1, last: 0x3c1, step: 1, offset: 32 },
  { first: 0x3c3, last: 0x3c9, step: 1, offset: 32 },
  // Cyrillic
  { first: 0x430, last: 0x44f, step: 1, offset: 32 },
  { first: 0x450, last: 0x45f, step: 1, offset: 80 },
  // Vietnamese
  { first: 0x1ea1, last: 0x1ef9, step: 2, offset: 1 }
]

/** Without case, as the inside of a regular expression's class. */
const CASELESS = [
  "0-9 _.!#&'(),;@[\\]{}\\-",
  '\u2013\u2014\u2019',
  // Hebrew, Arabic, Devanagari, Thai
  '\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0905-\u0939\u093e-\u094d\u0e01-\u0e3a\u0e40-\u0e4e',
  // Kana, Han, Hangul
  '\u3001\u3002\u3005\u300c\u300d\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3',
  // Emoji
  '\u{1f300}-\u{1f5ff}\u{1f600}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f900}-\u{1f9ff}'
].join('')

const SMALL_TO_CAPITAL: ReadonlyMap<string, string> = new Map(CASED_RANGES.flatMap(lettersOf))
const CAPITAL_TO_SMALL: ReadonlyMap<string, string> = new Map(
  [...SMALL_TO_CAPITAL].map(([small, capital]) => [capital, small])
)

/** The insides of character classes of a regular expression with the flag `u`. */
export const SMALL_LETTERS = [...SMALL_TO_CAPITAL.keys()].join('')
export const CAPITAL_LETTERS = [...CAPITAL_TO_SMALL.keys()].join('')
export const KEPT_CHARACTERS = SMALL_LETTERS + CASELESS

export function toSmallLetters(capitals: string): string {
  return Array.from(capitals, (letter) => CAPITAL_TO_SMALL.get(letter) ?? letter).join('')
}

export function toCapitalLetters(smalls: string): string {
  return Array.from(smalls, (letter) => SMALL_TO_CAPITAL.get(letter) ?? letter).join('')
}

function lettersOf({ first, last, step, offset }: CasedRange): [string, string][] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => {
    const small = first + index * step
    return [String.fromCodePoint(small), String.fromCodePoint(small - offset)]
  })
}
