import type { TermMatcher } from './term-matcher.ts'

/** What a boost looks at. */
export interface BoostedChunk {
  readonly text: string
  readonly title?: string
  readonly headings: readonly string[]
  readonly tags: readonly string[]
}

/** What boosts are asked about, prepared once for all chunks. */
export interface BoostQuery {
  readonly phrase: string | undefined
  readonly matcher: TermMatcher
}

/** Chosen on the shipped collections: enough to order near equals, too little to lift what is far below. */
const BOOSTS = { phrase: 0.12, title: 0.1, heading: 0.04, tag: 0.04 } as const

/** No score is raised by more. */
export const BOOST_MAX = Object.values(BOOSTS).reduce((product, boost) => product * (1 + boost), 1)

/** A single word stands in its own order nearly everywhere. */
const PHRASE_WORDS_MIN = 2

/** The words of a query in their order; undefined for those that are no phrase. */
export function phraseOf(words: string): string | undefined {
  const phrase = plain(words)
  return phrase.split(' ').length >= PHRASE_WORDS_MIN ? phrase : undefined
}

/** By how much each reason raises the fused score of a chunk; reasons that do not hold are absent. */
export function boostsOf(chunk: BoostedChunk, { phrase, matcher }: BoostQuery) {
  const shares = {
    phrase: isPhraseIn(phrase, chunk.text) ? 1 : 0,
    title: matcher.share(chunk.title ?? ''),
    heading: matcher.share(...chunk.headings),
    tag: matcher.share(...chunk.tags)
  }
  const boosts: Partial<Record<keyof typeof BOOSTS, number>> = {}
  for (const name of ['phrase', 'title', 'heading', 'tag'] as const) {
    if (shares[name] > 0) boosts[name] = 1 + BOOSTS[name] * shares[name]
  }
  return boosts
}

function isPhraseIn(phrase: string | undefined, text: string): boolean {
  if (phrase === undefined) return false
  const lower = text.toLowerCase()
  // Most texts lack one of the words, and are not rewritten to find that out.
  return phrase.split(' ').every((word) => lower.includes(word)) && plain(lower).includes(phrase)
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
