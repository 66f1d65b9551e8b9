import { versions } from 'node:process'

/** Names how texts are cut; the dictionaries come with the runtime. An index of another analyzer is built anew. */
export const ANALYZER = `1/icu-${versions['icu']}`

/** What the text index keeps of a text. */
export interface AnalyzedText {
  /** The text with its words set apart: identifiers split, languages without spaces segmented. */
  readonly words: string
  /** The identifiers as a whole, without what joined their parts. */
  readonly names: readonly string[]
  /** Two characters each of longer Chinese words: 北京 has to find 北京市, which is one word. */
  readonly pairs: readonly string[]
}

/** As the tokenizer of the index sees it: letters, digits, marks and private characters make words. */
const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu

/** Parts joined by what joins the parts of names, or one word with an inner capital. */
const IDENTIFIER = /[\p{L}\p{N}]+(?:[_\-./\\:@#]+[\p{L}\p{N}]+)+|\p{L}[\p{L}\p{N}]*[\p{Ll}\p{N}]\p{Lu}[\p{L}\p{N}]*/gu

/** Between `camel` and `Case`, and between `HTTP` and `Server`. */
const INNER_CAPITAL = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu

const LONG_HAN_WORD = /^\p{Script=Han}{3,}$/u

/** Longer ones are not names but data, which nobody asks for by a part. */
const NAME_LENGTH_MAX = 128

const ASCII_WITHOUT_NAMES = /^[\x20\n\t,;!?()'"a-z0-9]*$/

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/**
 * Prepares a text for the index, and a query in the same way: what is equal here
 * finds each other. The letters themselves (case, accents, word stems) are left to
 * the tokenizer of the index.
 */
export function analyzeText(text: string): AnalyzedText {
  if (ASCII_WITHOUT_NAMES.test(text)) return { words: text, names: [], pairs: [] }
  const normal = text.normalize('NFKC').replaceAll('\u0000', ' ')
  const names = new Set<string>()
  for (const [identifier] of normal.matchAll(IDENTIFIER)) {
    if (identifier.length <= NAME_LENGTH_MAX) names.add(wordsIn(identifier).join('').toLowerCase())
  }
  const pairs = new Set<string>()
  return { words: segmented(normal.replaceAll(INNER_CAPITAL, ' '), pairs), names: [...names], pairs: [...pairs] }
}

/** The words of a prepared text, as the tokenizer will cut them. */
export function wordsIn(text: string): string[] {
  return text.match(WORD) ?? []
}

/** Puts spaces between words, and collects the pairs of the longer ones. */
function segmented(text: string, pairs: Set<string>): string {
  return text.replaceAll(UNSPACED, (run) => {
    const words = Array.from(segmenter.segment(run), ({ segment }) => segment)
    for (const word of words) if (LONG_HAN_WORD.test(word)) addPairs(word, pairs)
    return ` ${words.join(' ')} `
  })
}

function addPairs(word: string, pairs: Set<string>): void {
  const characters = Array.from(word)
  for (let index = 1; index < characters.length; index += 1) pairs.add(`${characters[index - 1]}${characters[index]}`)
}
