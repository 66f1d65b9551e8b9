import { analyzeText, wordsIn } from './analyze-text.ts'
import type { QueryTerm } from './parsed-query.ts'
import { STOP_WORDS } from './stop-words.ts'

/** A query in the language of the text index. */
export interface TextExpression {
  /** What has to be found; undefined when the query names nothing to look for. */
  readonly wanted: string | undefined
  /** The alternatives of `wanted` when it is nothing else: any of these makes a hit. */
  readonly words: readonly string[] | undefined
  /** What must not be. */
  readonly excluded: string | undefined
}

/** A text of a page as a query is answered by the first of its words: each costs a walk through the index. */
export const QUERY_WORDS_MAX = 128

/**
 * Any of the words makes a hit, better with more and rarer ones; phrases have to be
 * there all. Only quoted words reach the index, so nothing that a caller writes is
 * taken for an operator.
 */
export function textExpression(terms: readonly QueryTerm[]): TextExpression {
  const wanted = terms.filter(({ isExcluded }) => !isExcluded)
  const excluded = terms.filter(({ isExcluded }) => isExcluded).flatMap(excludedAlternatives)
  return { ...wantedExpression(wanted), excluded: anyOf(excluded) }
}

function wantedExpression(terms: readonly QueryTerm[]): Pick<TextExpression, 'wanted' | 'words'> {
  const phrases = terms.filter(({ kind }) => kind === 'phrase').flatMap(({ text }) => quoted(tokensOf(text)))
  const prefixes = terms.filter(({ kind }) => kind === 'prefix').flatMap(({ text }) => prefixOf(text))
  const words = [...telling(singleWords(terms), phrases.length + prefixes.length > 0), ...prefixes]
  if (phrases.length === 0) return { wanted: anyOf(words), words: words.length === 0 ? undefined : words }
  const required = phrases.join(' AND ')
  // The first phrase again, because there is no operator for what may be missing.
  const wanted = words.length === 0 ? required : `${required} AND (${anyOf([...phrases.slice(0, 1), ...words])})`
  return { wanted, words: undefined }
}

/** The words of all terms, each once, and the names among them as a whole. */
function singleWords(terms: readonly QueryTerm[]): string[] {
  const words = new Set<string>()
  for (const { kind, text } of terms) {
    if (kind !== 'word') continue
    const { words: split, names, pairs } = analyzeText(text)
    for (const word of [...wordsIn(split), ...names, ...pairs]) words.add(word.toLowerCase())
  }
  return [...words]
}

/** Without stop words, unless nothing else is left to look for. */
function telling(words: readonly string[], hasMore: boolean): string[] {
  const rare = words.filter((word) => !STOP_WORDS.has(word))
  const kept = rare.length === 0 && !hasMore ? words : rare
  return kept.slice(0, QUERY_WORDS_MAX).flatMap((word) => quoted([word]))
}

function excludedAlternatives({ kind, text }: QueryTerm): string[] {
  if (kind === 'prefix') return prefixOf(text)
  const names = kind === 'word' ? analyzeText(text).names : []
  return [...quoted(tokensOf(text)), ...names.flatMap((name) => quoted([name]))]
}

function prefixOf(text: string): string[] {
  return quoted(tokensOf(text)).map((phrase) => `${phrase} *`)
}

function tokensOf(text: string): string[] {
  return wordsIn(analyzeText(text).words).slice(0, QUERY_WORDS_MAX)
}

/** Tokens one after another. They hold no quotes: only letters, digits and marks make tokens. */
function quoted(tokens: readonly string[]): string[] {
  return tokens.length === 0 ? [] : [`"${tokens.join(' ')}"`]
}

function anyOf(alternatives: readonly string[]): string | undefined {
  return alternatives.length === 0 ? undefined : alternatives.join(' OR ')
}
