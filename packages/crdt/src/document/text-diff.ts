import type { ComparedLines } from './line-hunks.ts'
import type { ChangedRange } from './token-diff.ts'
import { diffTokens } from './token-diff.ts'

/** One replacement. `at` counts UTF-16 units of the text as the edits before left it. */
export interface TextEdit {
  readonly at: number
  readonly deleted: number
  readonly inserted: string
}

/** Beyond this many differing lines the diff is a coarser one. 800 cost up to 70 ms; the time grows with the square. */
const LINE_EDITS_MAX = 800
const WORD_EDITS_MAX = 300
/** What all changed lines of one text may spend on words: units read, and the squares of edits tried. */
const WORD_UNITS_MAX = 256 * 1_024
const WORD_COST_MAX = 250_000
/** With room for fields beside them in the structs that one update may have. */
const TEXT_EDITS_MAX = 5_000

// Scripts written without spaces are taken character by character; everything else by words.
const WORDS =
  /\n|[^\S\n]+|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{N}\p{M}_]+|[\s\S]/gu

/**
 * Small edits that turn one text into another: by line, and inside changed lines
 * by word, so that concurrent edits of other lines and words survive. Lines that
 * were rewritten rather than edited are replaced as a whole: woven together word
 * by word, two concurrent rewrites would make no sense.
 *
 * Both texts are well-formed, and no edit begins or ends inside a surrogate pair.
 */
export function textEdits(before: string, after: string): TextEdit[] {
  if (before === after) return []
  if (before === '') return [{ at: 0, deleted: 0, inserted: after }]
  const lines = diffLines(before, after)
  const byLine = replacements(lines.before, lines.after, lines.ranges)
  const byWord = refineByWord(byLine)
  if (byWord.length <= TEXT_EDITS_MAX) return toEdits(byWord)
  return toEdits(byLine.length <= TEXT_EDITS_MAX ? byLine : [trimmed({ at: 0, removed: before, added: after })])
}

/** Compares two texts by line. */
export function diffLines(before: string, after: string): ComparedLines {
  const lines = { before: splitLines(before), after: splitLines(after) }
  return { ...lines, ranges: diffTokens(lines.before, lines.after, LINE_EDITS_MAX) }
}

/** Lines with their ends, so that joining them gives the text. */
function splitLines(text: string): string[] {
  const lines: string[] = []
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const next = end === -1 ? text.length : end + 1
    lines.push(text.slice(start, next))
    start = next
  }
  return lines
}

/** Text that gives way to other text; `at` counts in the text before all of them. */
interface Replacement {
  readonly at: number
  readonly removed: string
  readonly added: string
}

function replacements(
  before: readonly string[],
  after: readonly string[],
  ranges: readonly ChangedRange[]
): Replacement[] {
  let at = 0
  let position = 0
  return ranges.map(({ beforeStart, beforeEnd, afterStart, afterEnd }) => {
    for (; position < beforeStart; position += 1) at += before[position]!.length
    return {
      at,
      removed: before.slice(beforeStart, beforeEnd).join(''),
      added: after.slice(afterStart, afterEnd).join('')
    }
  })
}

function refineByWord(byLine: readonly Replacement[]): Replacement[] {
  let unitsLeft = WORD_UNITS_MAX
  let costLeft = WORD_COST_MAX
  return byLine.flatMap((replacement) => {
    const { removed, added } = replacement
    if (removed === '' || added === '') return [replacement]
    unitsLeft -= removed.length + added.length
    if (unitsLeft < 0) return [trimmed(replacement)]
    const editsMax = Math.min(WORD_EDITS_MAX, Math.floor(Math.sqrt(costLeft)))
    const { words, cost } = diffWords(replacement, editsMax)
    costLeft -= cost
    return isRewritten(replacement, words) ? [trimmed(replacement)] : words
  })
}

function diffWords({ at, removed, added }: Replacement, editsMax: number): { words: Replacement[]; cost: number } {
  const before = removed.match(WORDS) ?? []
  const after = added.match(WORDS) ?? []
  const ranges = diffTokens(before, after, editsMax)
  const words = replacements(before, after, ranges).map((word) => ({ ...word, at: at + word.at }))
  return { words, cost: Math.min(editCount(ranges), editsMax) ** 2 }
}

/** Whether less than half of the shorter side was kept. */
function isRewritten({ removed, added }: Replacement, words: readonly Replacement[]): boolean {
  const kept = removed.length - words.reduce((length, word) => length + word.removed.length, 0)
  return kept * 2 < Math.min(removed.length, added.length)
}

/** Without what both sides begin and end with. */
function trimmed({ at, removed, added }: Replacement): Replacement {
  const max = Math.min(removed.length, added.length)
  let start = 0
  while (start < max && removed.charCodeAt(start) === added.charCodeAt(start)) start += 1
  if (isInsidePair(removed, start) || isInsidePair(added, start)) start -= 1
  let end = 0
  while (
    end < max - start &&
    removed.charCodeAt(removed.length - 1 - end) === added.charCodeAt(added.length - 1 - end)
  ) {
    end += 1
  }
  if (isInsidePair(removed, removed.length - end) || isInsidePair(added, added.length - end)) end -= 1
  return {
    at: at + start,
    removed: removed.slice(start, removed.length - end),
    added: added.slice(start, added.length - end)
  }
}

function isInsidePair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff
}

function toEdits(all: readonly Replacement[]): TextEdit[] {
  let shift = 0
  return all.map(({ at, removed, added }) => {
    const edit = { at: at + shift, deleted: removed.length, inserted: added }
    shift += added.length - removed.length
    return edit
  })
}

function editCount(ranges: readonly ChangedRange[]): number {
  return ranges.reduce(
    (count, { beforeStart, beforeEnd, afterStart, afterEnd }) =>
      count + beforeEnd - beforeStart + afterEnd - afterStart,
    0
  )
}
