const NON_ASCII = /[^\0-\x7f]/
const ACCENTS = /[\u0300-\u036f]/g

/** Where lower case meets upper case inside an identifier: `dockingWindow`, `HTTPServer`. */
const CASE_BOUNDARY = /([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g

/**
 * A run of letters and digits. Signs, spaces and punctuation are listed as ranges
 * instead of asking for `\p{L}`, whose answer changes with the version of Unicode
 * and so with the version of Node.
 */
const WORD =
  /[^\0-/:-@[-`{-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3007-\u3020\u3030\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\ufff0-\uffff]+/g

/** Scripts that write no spaces between words: Thai to Khmer, kana, Han, and Hangul, whose words carry their particles. */
const UNSPACED =
  /[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[\ud840-\ud8bf][\udc00-\udfff]/
const UNSPACED_RUNS = new RegExp(`(?:${UNSPACED.source})+|(?:(?!${UNSPACED.source})[^])+`, 'g')

/** The words of a text in their order: folded to lower case without accents, identifiers taken apart. */
export function wordsOf(text: string): string[] {
  const split = text.replace(CASE_BOUNDARY, '$1$2 ')
  return foldLetters(split).match(WORD) ?? []
}

/** A word cut where its script changes; each piece says whether its script leaves out spaces. */
export function scriptPieces(word: string): readonly { readonly text: string; readonly isUnspaced: boolean }[] {
  if (!UNSPACED.test(word)) return [{ text: word, isUnspaced: false }]
  return (word.match(UNSPACED_RUNS) ?? []).map((text) => ({ text, isUnspaced: UNSPACED.test(text) }))
}

function foldLetters(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase()
}
