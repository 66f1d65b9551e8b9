/** A place in a text that matches a word of the query. */
export interface Match {
  readonly start: number
  readonly end: number
  /** Which word of the query. */
  readonly term: number
}

export interface Snippet {
  readonly snippet: string
  readonly highlights: readonly (readonly [start: number, end: number])[]
}

export interface SnippetOptions {
  /** UTF-16 units. */
  readonly lengthMax: number
}

/** A snippet begins at a blank this close before its first match, so that words stay whole. */
const LEAD_MAX = 40

/**
 * The stretch of a text that shows most words of the query, the earliest of
 * equally good ones. It begins and ends between words where there is a blank
 * near, and never in the middle of a character.
 */
export function snippetOf(text: string, matches: readonly Match[], { lengthMax }: SnippetOptions): Snippet {
  if (text.length <= lengthMax) return cut(text, matches, { start: 0, end: text.length })
  const first = bestStart(matches, lengthMax - LEAD_MAX)
  const start = startNear(text, Math.max(0, Math.min(first - LEAD_MAX / 2, text.length - lengthMax)))
  return cut(text, matches, { start, end: endNear(text, Math.min(text.length, start + lengthMax)) })
}

/** Where a window over the matches shows the most different words, then the most matches. */
function bestStart(matches: readonly Match[], length: number): number {
  const shown = new Map<number, number>()
  let best = { start: 0, terms: 0, count: 0 }
  let last = 0
  for (const [index, { start }] of matches.entries()) {
    for (let next = matches[last]; next !== undefined && next.end <= start + length; next = matches[last]) {
      shown.set(next.term, (shown.get(next.term) ?? 0) + 1)
      last += 1
    }
    const count = last - index
    if (shown.size > best.terms || (shown.size === best.terms && count > best.count)) {
      best = { start, terms: shown.size, count }
    }
    leave(shown, matches[index])
  }
  return best.start
}

function leave(shown: Map<number, number>, match: Match | undefined): void {
  if (match === undefined) return
  const left = (shown.get(match.term) ?? 0) - 1
  if (left > 0) shown.set(match.term, left)
  else shown.delete(match.term)
}

function startNear(text: string, from: number): number {
  if (from === 0) return 0
  const blank = text.slice(from, from + LEAD_MAX / 2).search(/\s/)
  return wholeCharacter(text, blank < 0 ? from : from + blank + 1)
}

function endNear(text: string, to: number): number {
  if (to === text.length) return to
  const blank = text.slice(to - LEAD_MAX / 2, to).search(/\s\S*$/)
  return wholeCharacter(text, blank < 0 ? to : to - LEAD_MAX / 2 + blank)
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const isLowHalf = (text.charCodeAt(at) & 0xfc00) === 0xdc00
  const isHighBefore = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return isLowHalf && isHighBefore ? at - 1 : at
}

function cut(text: string, matches: readonly Match[], { start, end }: { start: number; end: number }): Snippet {
  const highlights: (readonly [number, number])[] = []
  let done = start
  for (const match of matches) {
    if (match.start < done || match.end > end) continue
    highlights.push([match.start - start, match.end - start])
    done = match.end
  }
  return { snippet: text.slice(start, end), highlights }
}
