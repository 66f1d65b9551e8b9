import type { Block, Section } from './block.ts'
import { endOfLine, skipBlank, skipBlankBack } from './block.ts'

/** Plain text as paragraphs, which are what blank lines leave between them. */
export function textBlocks(text: string): Section[] {
  const blocks: Block[] = []
  let start: number | undefined
  for (let lineStart = 0; lineStart < text.length; ) {
    const lineEnd = endOfLine(text, lineStart)
    const isBlankLine = skipBlank(text, lineStart, lineEnd) === lineEnd
    if (!isBlankLine) start ??= lineStart
    else if (start !== undefined) {
      blocks.push(paragraph(text, start, lineStart))
      start = undefined
    }
    lineStart = lineEnd
  }
  if (start !== undefined) blocks.push(paragraph(text, start, text.length))
  return [blocks]
}

function paragraph(text: string, start: number, end: number): Block {
  return {
    start,
    end: skipBlankBack(text, start, end),
    depth: 0,
    headings: [],
    format: 'text',
    cutBetween: 'sentences'
  }
}
