import { lightStem } from '../../indexing/embedding/builtin/light-stem.ts'
import type { QueryTerm } from '../../indexing/index-database/parsed-query.ts'
import { STOP_WORDS } from '../../indexing/index-database/stop-words.ts'
import type { Match } from './snippet.ts'

const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu
/** Where the parts of `uploadQueue` and `HTTPServer` begin. */
const PART = /\p{Lu}+(?!\p{Ll})[\p{N}\p{M}]*|\p{Lu}?[^\p{Lu}]+|\p{Lu}/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const ACCENTS = /\p{M}/gu

interface Wanted {
  readonly text: string
  readonly kind: 'word' | 'prefix' | 'inside'
}

/**
 * Finds the words of a query in a text, to show and to weigh a hit. It follows the
 * text index closely, not exactly: what is found stays the index's decision.
 */
export class TermMatcher {
  readonly #wanted: readonly Wanted[]
  readonly #terms = new Map<string, number>()

  constructor(terms: readonly QueryTerm[]) {
    this.#wanted = wantedOf(terms)
    for (const [term, { text, kind }] of this.#wanted.entries()) if (kind === 'word') this.#terms.set(text, term)
  }

  /** How many different words there are to find. */
  get count(): number {
    return this.#wanted.length
  }

  /** In the order of the text, without overlaps. */
  matches(text: string): Match[] {
    const found: Match[] = []
    if (this.#wanted.length === 0) return found
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      const whole = this.#termOf(word)
      if (whole !== undefined) found.push({ start, end: start + word.length, term: whole })
      else found.push(...this.#partsOf(word, start))
    }
    return found
  }

  /** The share of the words that a text holds, 0 to 1. */
  share(...texts: readonly string[]): number {
    if (this.#wanted.length === 0) return 0
    const terms = new Set(texts.flatMap((text) => this.matches(text).map(({ term }) => term)))
    return terms.size / this.#wanted.length
  }

  *#partsOf(word: string, start: number): Generator<Match> {
    for (const { 0: part, index } of word.matchAll(PART)) {
      const term = part.length === word.length ? undefined : this.#termOf(part)
      if (term !== undefined) yield { start: start + index, end: start + index + part.length, term }
    }
    if (!UNSPACED.test(word)) return
    for (const [term, { text, kind }] of this.#wanted.entries()) {
      const at = kind === 'inside' ? word.indexOf(text) : -1
      if (at >= 0) yield { start: start + at, end: start + at + text.length, term }
    }
  }

  #termOf(word: string): number | undefined {
    const folded = fold(word)
    const term = this.#terms.get(lightStem(folded))
    if (term !== undefined) return term
    const prefix = this.#wanted.findIndex(({ kind, text }) => kind === 'prefix' && folded.startsWith(text))
    return prefix < 0 ? undefined : prefix
  }
}

function wantedOf(terms: readonly QueryTerm[]): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const { kind, text, isExcluded } of terms) {
    if (isExcluded) continue
    for (const [word] of text.matchAll(WORD)) {
      for (const one of UNSPACED.test(word) ? segmentsOf(word) : partsOf(word, kind === 'prefix')) {
        wanted.set(`${one.kind} ${one.text}`, one)
      }
    }
  }
  const all = [...wanted.values()]
  const telling = all.filter(({ text, kind }) => kind !== 'word' || !isStopWord(text))
  return telling.length > 0 ? telling : all
}

function partsOf(word: string, isPrefix: boolean): Wanted[] {
  if (isPrefix) return [{ kind: 'prefix', text: fold(word) }]
  const parts = word.match(PART) ?? []
  return parts.map((part) => ({ kind: 'word', text: STOP_WORDS.has(fold(part)) ? fold(part) : lightStem(fold(part)) }))
}

function isStopWord(text: string): boolean {
  return STOP_WORDS.has(text)
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

function segmentsOf(word: string): Wanted[] {
  return Array.from(segmenter.segment(word), ({ segment }) => ({ kind: 'inside', text: segment }) as const)
}

function fold(word: string): string {
  return word.toLowerCase().normalize('NFKD').replaceAll(ACCENTS, '')
}
