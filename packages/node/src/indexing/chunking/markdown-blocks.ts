import type { Block, FencedCode, Section } from './block.ts'
import { endOfLine, skipBlank, skipBlankBack } from './block.ts'
import { HeadingTrail } from './heading-trail.ts'
import type { MarkdownLine } from './markdown-line.ts'
import { readMarkdownLine } from './markdown-line.ts'

/** A line indented this far is code or goes on with a list item; it opens nothing. */
const CODE_INDENT = 4

/** The block whose lines are being read. */
interface OpenBlock {
  readonly type: 'heading' | 'paragraph' | 'list' | 'lines' | 'fence' | 'html'
  readonly start: number
  readonly depth: number
  /** What ends a fence or a stretch of HTML; nothing else is looked for until then. */
  readonly until?: string
  readonly code?: { readonly language: string; readonly start: number }
}

/** The sections of a Markdown text, one for each heading, each with its paragraphs, items, tables and fences. */
export function markdownSections(text: string): Section[] {
  return new MarkdownScanner(text).scan()
}

/**
 * Reads the outer blocks of Markdown line by line.
 *
 * Invariants:
 * 1. Every line that is not blank is in exactly one block, and a line is read
 *    once: the time is linear, whatever the text is.
 * 2. Headings are those at the outer level; in quotes and list items they are
 *    text of the block they stand in.
 * 3. A heading belongs to the block that follows it, and heads a block of its own
 *    only when nothing follows, or nothing but another heading of its rank.
 *
 * It knows no inline markup and no nesting beyond the depth of list items: both
 * make no difference to where a text is cut.
 */
class MarkdownScanner {
  readonly #text: string
  readonly #trail = new HeadingTrail()
  readonly #sections: Section[] = []
  #section: Block[] = []
  #open: OpenBlock | undefined
  /** The heading that waits for what it heads. */
  #heading: { readonly start: number; readonly level: number } | undefined
  /** How far a line must be indented to go on with the last list item; 0 outside of lists. */
  #listIndent = 0

  constructor(text: string) {
    this.#text = text
  }

  scan(): Section[] {
    let lineStart = this.#skipFrontMatter()
    while (lineStart < this.#text.length) {
      const lineEnd = endOfLine(this.#text, lineStart)
      this.#readLine(lineStart, lineEnd)
      lineStart = lineEnd
    }
    this.#close(this.#text.length)
    this.#endSection(this.#text.length)
    return this.#sections
  }

  #skipFrontMatter(): number {
    const start = skipBlank(this.#text, 0, Math.min(1, this.#text.length))
    const end = frontMatterEnd(this.#text, start)
    if (end === start) return 0
    this.#push({ type: 'lines', start, depth: 0 }, end)
    this.#endSection(end)
    return end
  }

  #readLine(lineStart: number, lineEnd: number): void {
    const first = skipBlank(this.#text, lineStart, lineEnd)
    if (this.#open?.until !== undefined) this.#readWithin(this.#open, first, lineEnd)
    else if (first === lineEnd) this.#close(lineStart)
    else if (this.#open?.type !== 'html') this.#readMarkup(lineStart, first, lineEnd)
  }

  #readMarkup(lineStart: number, first: number, lineEnd: number): void {
    const indent = indentOf(this.#text, lineStart, first)
    const line = readMarkdownLine(this.#text.slice(first, skipBlankBack(this.#text, first, lineEnd)))
    const isInItem = this.#listIndent > 0 && indent >= this.#listIndent
    if (line.type === 'list' && (indent < CODE_INDENT || this.#listIndent > 0)) {
      this.#openBlock({ type: 'list', start: lineStart, depth: 1 + Math.min(indent, 16) }, lineStart)
      this.#listIndent = isInItem ? this.#listIndent : indent + line.contentIndent
    } else if (line.type === 'fence' && (indent < CODE_INDENT || isInItem)) this.#openFence(line, lineStart, lineEnd)
    else if (isInItem || indent >= CODE_INDENT) this.#continue('lines', lineStart)
    else this.#readOuterLine(line, lineStart, lineEnd)
  }

  #readOuterLine(line: MarkdownLine, lineStart: number, lineEnd: number): void {
    const isOpenParagraph = this.#open?.type === 'paragraph'
    if (line.type === 'heading') this.#startHeading(lineStart, line)
    else if (line.type === 'underline' && isOpenParagraph) this.#underline(line.level, lineStart)
    else if (line.type === 'html' && line.until !== undefined) this.#openHtml(line.until, lineStart, lineEnd)
    else if (line.type === 'html') this.#openBlock({ type: 'html', start: lineStart, depth: 0 }, lineStart)
    else if (line.type === 'rule' || (line.type === 'underline' && line.level === 2)) this.#openRule(lineStart, lineEnd)
    else if (line.type === 'table' || line.type === 'quote') this.#continue('lines', lineStart)
    else this.#continue('paragraph', lineStart)
  }

  /** A line in a fence or in a stretch of HTML: all that counts is whether it is the last one. */
  #readWithin(open: OpenBlock, first: number, lineEnd: number): void {
    const until = open.until ?? ''
    if (open.type === 'html') {
      if (holds(this.#text.slice(first, lineEnd), until)) this.#close(lineEnd)
      return
    }
    if (!this.#text.startsWith(until, first)) return
    let after = first
    while (this.#text[after] === until[0]) after += 1
    if (skipBlank(this.#text, after, lineEnd) === lineEnd) this.#close(lineEnd, first)
  }

  #openFence(line: { marker: string; language: string }, lineStart: number, lineEnd: number): void {
    const code = { language: line.language, start: lineEnd }
    const depth = this.#listIndent > 0 ? 2 : 0
    this.#openBlock({ type: 'fence', start: lineStart, depth, until: line.marker, code }, lineStart)
  }

  #openHtml(until: string, lineStart: number, lineEnd: number): void {
    this.#openBlock({ type: 'html', start: lineStart, depth: 0, until }, lineStart)
    if (holds(this.#text.slice(lineStart, lineEnd), until)) this.#close(lineEnd)
  }

  #openRule(lineStart: number, lineEnd: number): void {
    this.#openBlock({ type: 'lines', start: lineStart, depth: 0 }, lineStart)
    this.#listIndent = 0
    this.#close(lineEnd)
  }

  #continue(type: 'paragraph' | 'lines', lineStart: number): void {
    if (this.#open !== undefined) return
    const isInItem = type === 'lines' && this.#listIndent > 0
    if (!isInItem) this.#listIndent = 0
    this.#openBlock({ type, start: lineStart, depth: isInItem ? 2 : 0 }, lineStart)
  }

  #openBlock(block: OpenBlock, lineStart: number): void {
    this.#close(lineStart)
    this.#open = block
  }

  #close(end: number, codeEnd = end): void {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    this.#push(open, end, open.code && { ...open.code, end: Math.max(open.code.start, codeEnd) })
  }

  #push({ type, start, depth }: OpenBlock, end: number, code?: FencedCode): void {
    this.#section.push({
      start: this.#heading?.start ?? start,
      end: skipBlankBack(this.#text, start, end),
      depth,
      headings: this.#trail.names,
      format: 'markdown',
      cutBetween: type === 'paragraph' || type === 'list' ? 'sentences' : 'lines',
      ...(code && { code })
    })
    this.#heading = undefined
  }

  #startHeading(start: number, { level, text }: { level: number; text: string }): void {
    this.#close(start)
    const isFirstBelow = this.#heading !== undefined && this.#heading.level < level
    if (!isFirstBelow) this.#endSection(start)
    this.#heading = { start: isFirstBelow ? (this.#heading?.start ?? start) : start, level }
    this.#trail.enter(level, text)
    this.#listIndent = 0
  }

  /** The paragraph that is open turns out to be a heading. */
  #underline(level: number, lineStart: number): void {
    const start = this.#open?.start ?? lineStart
    this.#open = undefined
    this.#startHeading(start, { level, text: this.#text.slice(start, lineStart) })
  }

  #endSection(end: number): void {
    const heading = this.#heading
    this.#heading = undefined
    if (heading !== undefined) this.#push({ type: 'heading', start: heading.start, depth: 0 }, end)
    if (this.#section.length > 0) this.#sections.push(this.#section)
    this.#section = []
  }
}

/** Just after the block of metadata that some Markdown files begin with, or `start` when there is none. */
function frontMatterEnd(text: string, start: number): number {
  if (!/^---[ \t]*\n/.test(text.slice(start, start + 16))) return start
  let lineStart = endOfLine(text, start)
  while (lineStart < text.length) {
    const lineEnd = endOfLine(text, lineStart)
    const line = text.slice(lineStart, Math.min(lineEnd, lineStart + 16)).trimEnd()
    if (line === '---' || line === '...') return lineEnd
    if (line === '') return start
    lineStart = lineEnd
  }
  return start
}

function indentOf(text: string, lineStart: number, first: number): number {
  let indent = 0
  for (let index = lineStart; index < first; index += 1) indent += text[index] === '\t' ? 4 - (indent % 4) : 1
  return indent
}

function holds(line: string, part: string): boolean {
  return line.toLowerCase().includes(part)
}
