/** Latin letters and their accents: about four characters a token in the models we know. */
const LATIN_LAST = 0x024f
/** From here on, CJK, kana, Hangul and the halves of emoji: about one token a unit. */
const DENSE_FIRST = 0x2e80

/**
 * How many tokens of an embedding model a piece of text is, in quarters of a
 * token. A guess that needs no tokenizer: four Latin units, two of other
 * alphabets or one of CJK count as a token. It adds up: the estimate of a text
 * is the sum of the estimates of its parts, wherever it is cut.
 */
export function tokenQuarters(text: string, start = 0, end = text.length): number {
  let quarters = 0
  for (let index = start; index < end; index += 1) quarters += unitQuarters(text.charCodeAt(index))
  return quarters
}

export function unitQuarters(unit: number): number {
  if (unit <= LATIN_LAST) return 1
  return unit < DENSE_FIRST ? 2 : 4
}

export function estimateTokens(text: string): number {
  return Math.ceil(tokenQuarters(text) / 4)
}
