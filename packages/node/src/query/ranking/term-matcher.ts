import { lightStem } from '../../indexing/embedding/builtin/light-stem.ts'
import type { QueryTerm } from '../../indexing/index-database/parsed-query.ts'
import { STOP_WORDS } from '../../indexing/index-database/stop-words.ts'
import type { Match } from './snippet.ts'

const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu
/** Where the parts of `uploadQueue` and `HTTPServer` begin. */
const PART = /\p{Lu}+(?!\p{Ll})[\p{N}\p{M}]*|\p{Lu}?[^\p{Lu}]+|\p{Lu}/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const ACCENTS = /\p{M}/gu
const NON_ASCII = /[^\0-\x7f]/
const ASCII_WORD = /^[a-z0-9]+$/

interface Word {
  readonly word: string
  readonly start: number
}

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
  /** Stands in every word without accents that could match; going through all words would take twenty times as long. */
  readonly #trace: RegExp

  constructor(terms: readonly QueryTerm[]) {
    this.#wanted = wantedOf(terms)
    this.#trace = traceOf(this.#wanted)
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
    for (const { word, start } of this.#likelyWords(text)) {
      const whole = this.#termOf(word)
      if (whole !== undefined) found.push({ start, end: start + word.length, term: whole })
      else found.push(...this.#partsOf(word, start))
    }
    return found
  }

  /** The share of the words that texts hold, 0 to 1. */
  share(...texts: readonly string[]): number {
    return this.shareOf(texts.flatMap((text) => this.matches(text)))
  }

  /** The same, of what was found already. */
  shareOf(matches: readonly Match[]): number {
    if (this.#wanted.length === 0) return 0
    return new Set(matches.map(({ term }) => term)).size / this.#wanted.length
  }

  /** All words that could match, and perhaps others. */
  *#likelyWords(text: string): Generator<Word> {
    if (NON_ASCII.test(text)) {
      for (const { 0: word, index: start } of text.matchAll(WORD)) yield { word, start }
      return
    }
    this.#trace.lastIndex = 0
    for (let found = this.#trace.exec(text); found !== null; found = this.#trace.exec(text)) {
      const start = edgeOfWord(text, found.index, -1)
      const end = edgeOfWord(text, found.index, 1)
      yield { word: text.slice(start, end), start }
      this.#trace.lastIndex = end
    }
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

/** A word begins with its stem, but for a `y` that may stand for an `i`. */
function traceOf(wanted: readonly Wanted[]): RegExp {
  const stems = wanted.map(({ text }) => text).filter((text) => ASCII_WORD.test(text))
  return stems.length === 0 ? /$^/g : new RegExp(stems.map((stem) => stem.replace(/y$/, '[yi]')).join('|'), 'gi')
}

/** Where the word that holds a character of an ASCII text begins, or ends. */
function edgeOfWord(text: string, at: number, step: 1 | -1): number {
  let edge = at
  while (isWordCharacter(text.charCodeAt(edge + step))) edge += step
  return step === 1 ? edge + 1 : edge
}

/** Of ASCII; not a number beyond the ends of the text. */
function isWordCharacter(code: number): boolean {
  const lower = code | 0x20
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a)
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
