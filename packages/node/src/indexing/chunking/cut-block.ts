import type { Block } from './block.ts'
import { endOfLine, isBlank, skipBlank } from './block.ts'
import type { GroupSizes } from './group-blocks.ts'
import { groupBlocks } from './group-blocks.ts'
import { tokenQuarters, unitQuarters } from './token-estimate.ts'

export interface CutSizes extends GroupSizes {
  /** How much of the piece before is repeated at the start of the next. */
  readonly overlapQuarters: number
}

/** A line break within a sentence: the next line goes on in lower case. Both patterns keep every offset. */
const SOFT_LINE_BREAK = /\n(?=[ \t]*\p{Ll})/gu

/** Finds sentences by the rules of Unicode, which need no language for what we cut. */
const sentenceSegmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/**
 * Cuts a block that is too large for a chunk between its sentences or lines,
 * and those that are still too large between words or, where there are none,
 * between code points. Every piece but the first repeats the end of the one
 * before, so that what was torn apart can still be found whole.
 */
export function cutBlock(text: string, block: Block, sizes: CutSizes): Block[] {
  const starts = block.cutBetween === 'lines' ? lineStarts(text, block) : sentenceStarts(text, block)
  const parts = starts.flatMap((start, index) =>
    cutBetweenWords(text, { start, end: starts[index + 1] ?? block.end, quartersMax: sizes.mergeQuarters })
  )
  const atoms = parts.map((start, index) => ({ ...block, start, end: parts[index + 1] ?? block.end, depth: 0 }))
  const pieces = groupBlocks(text, atoms, { ...sizes, unitQuartersMax: sizes.mergeQuarters })
  return pieces.map((piece, index) => {
    const start = piece[0]?.start ?? block.start
    const floor = pieces[index - 1]?.[0]?.start ?? start
    const end = piece.at(-1)?.end ?? block.end
    return { ...block, start: overlapStart(text, { floor, start, quartersMax: sizes.overlapQuarters }), end }
  })
}

function lineStarts(text: string, { start, end }: Block): number[] {
  const starts: number[] = []
  for (let at = start; at < end; at = endOfLine(text, at)) starts.push(at)
  return starts
}

function sentenceStarts(text: string, { start, end }: Block): number[] {
  const stretch = text.slice(start, end).replace(SOFT_LINE_BREAK, ' ')
  const starts: number[] = []
  for (const { index } of sentenceSegmenter.segment(stretch)) starts.push(start + index)
  return starts
}

/** Where the parts of a stretch begin when each may have `quartersMax` at most. */
function cutBetweenWords(text: string, stretch: { start: number; end: number; quartersMax: number }): number[] {
  const starts = [stretch.start]
  let quarters = 0
  let afterBlank = stretch.start
  for (let index = stretch.start; index < stretch.end; index += 1) {
    const unit = text.charCodeAt(index)
    quarters += unitQuarters(unit)
    if (quarters > stretch.quartersMax) {
      const partStart = starts.at(-1) ?? stretch.start
      // A word that fills half a part is cut itself: else a part could hold one blank.
      const cut = afterBlank - partStart > (index - partStart) / 2 ? afterBlank : codePointStart(text, index)
      if (cut > partStart) {
        starts.push(cut)
        quarters = tokenQuarters(text, cut, index + 1)
      }
    }
    if (isBlank(unit)) afterBlank = index + 1
  }
  return starts
}

/** The earliest start of a word within reach before a piece, else of a code point. */
function overlapStart(text: string, piece: { floor: number; start: number; quartersMax: number }): number {
  let reach = piece.start
  let quarters = 0
  while (reach > piece.floor) {
    quarters += unitQuarters(text.charCodeAt(reach - 1))
    if (quarters > piece.quartersMax) break
    reach -= 1
  }
  if (reach === piece.floor) return reach
  let word = reach
  while (word < piece.start && !isBlank(text.charCodeAt(word - 1))) word += 1
  const wordStart = skipBlank(text, word, piece.start)
  return wordStart < piece.start ? wordStart : Math.min(codePointStart(text, reach), piece.start)
}

/** The index itself, or the one before when a surrogate pair would be cut. */
function codePointStart(text: string, index: number): number {
  const isInside = isSurrogate(text.charCodeAt(index), 0xdc00) && isSurrogate(text.charCodeAt(index - 1), 0xd800)
  return isInside ? index - 1 : index
}

function isSurrogate(unit: number, first: number): boolean {
  return unit >= first && unit < first + 0x400
}
