import type { TermMatcher } from './term-matcher.ts'

/** What a boost looks at. */
export interface BoostedChunk {
  readonly text: string
  readonly title?: string
  readonly headings: readonly string[]
  readonly tags: readonly string[]
}

/** Chosen on the shipped collections: enough to order near equals, too little to lift what is far below. */
const BOOSTS = { phrase: 0.06, title: 0.05, heading: 0.02, tag: 0.02 } as const

/** A single word stands in its own order nearly everywhere. */
const PHRASE_WORDS_MIN = 2

/** By how much each reason raises the fused score of a chunk; reasons that do not hold are absent. */
export function boostsOf(chunk: BoostedChunk, query: { readonly words: string; readonly matcher: TermMatcher }) {
  const { matcher } = query
  const shares = {
    phrase: isPhraseIn(query.words, chunk.text) ? 1 : 0,
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

function isPhraseIn(words: string, text: string): boolean {
  const phrase = plain(words)
  return phrase.split(' ').length >= PHRASE_WORDS_MIN && plain(text).includes(phrase)
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
