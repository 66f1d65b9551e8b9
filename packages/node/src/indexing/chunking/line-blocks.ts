import type { Block } from './block.ts'
import { endOfLine, skipBlank, skipBlankBack } from './block.ts'

export interface LineBlocksOptions {
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
}

/** Deeper than this, indentation no longer says how well two lines belong together. */
const INDENT_DEPTH_MAX = 32
/** Lines that begin with these close what stands before them. */
const CLOSING = new Set([')', ']', '}'])

/**
 * Code of a language without a grammar: a line after a blank one begins a
 * block, and one at the margin does so too, less well. The further a line is
 * indented, the worse it is to cut before it.
 */
export function lineBlocks(text: string, { start, end, headings }: LineBlocksOptions): Block[] {
  const starts: { start: number; depth: number }[] = []
  let isAfterBlank = true
  for (let lineStart = start; lineStart < end; ) {
    const lineEnd = Math.min(endOfLine(text, lineStart), end)
    const first = skipBlank(text, lineStart, lineEnd)
    if (first < lineEnd) {
      const indent = first - lineStart
      const isClosing = CLOSING.has(text.charAt(first))
      if (starts.length === 0) starts.push({ start: lineStart, depth: 0 })
      else if (!isClosing && (isAfterBlank || indent === 0)) {
        starts.push({ start: lineStart, depth: 2 * Math.min(indent, INDENT_DEPTH_MAX) + (isAfterBlank ? 0 : 1) })
      }
    }
    isAfterBlank = first === lineEnd
    lineStart = lineEnd
  }
  return starts.map((each, index) => ({
    start: each.start,
    end: skipBlankBack(text, each.start, starts[index + 1]?.start ?? end),
    depth: each.depth,
    headings,
    format: 'code',
    cutBetween: 'lines'
  }))
}
