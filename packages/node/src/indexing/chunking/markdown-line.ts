export type MarkdownLine =
  | { readonly type: 'heading'; readonly level: number; readonly text: string }
  | { readonly type: 'underline'; readonly level: number }
  | { readonly type: 'fence'; readonly marker: string; readonly language: string }
  | { readonly type: 'html'; readonly until: string | undefined }
  | { readonly type: 'list'; readonly contentIndent: number }
  | { readonly type: 'quote' | 'table' | 'rule' | 'text' }

const HEADING = /^(#{1,6})(?=[ \t]|$)/
const CLOSING_MARKS = /(?:^|[ \t])#+$/
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`]*)/
const LIST_ITEM = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)[ \t]{0,4}/
const RULE = /^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/
const HTML_BLOCK = /^<\/?[a-z][a-z0-9-]*(?:[ \t]|\/?>|$)/i
/** What begins stretches of HTML in which nothing is Markdown, and what ends them. */
const HTML_STRETCHES: readonly (readonly [RegExp, string])[] = [
  [/^<!--/, '-->'],
  [/^<script(?:[\s>]|$)/i, '</script>'],
  [/^<style(?:[\s>]|$)/i, '</style>'],
  [/^<pre(?:[\s>]|$)/i, '</pre>'],
  [/^<textarea(?:[\s>]|$)/i, '</textarea>']
]
/** Longer lines are text, whatever they begin with: no pattern runs over a megabyte. */
const LINE_UNITS_MAX = 4_096

/** What a line of Markdown is by itself: a line without its indent and line end. */
export function readMarkdownLine(line: string): MarkdownLine {
  if (line.length > LINE_UNITS_MAX) return { type: 'text' }
  switch (line.charAt(0)) {
    case '#':
      return readHeading(line)
    case '`':
    case '~':
      return readFence(line)
    case '<':
      return readHtml(line)
    case '>':
      return { type: 'quote' }
    case '|':
      return { type: 'table' }
    case '=':
      return /^=+[ \t]*$/.test(line) ? { type: 'underline', level: 1 } : { type: 'text' }
    case '_':
      return RULE.test(line) ? { type: 'rule' } : { type: 'text' }
    default:
      return readDashOrItem(line)
  }
}

function readHeading(line: string): MarkdownLine {
  const [, marks] = HEADING.exec(line) ?? []
  if (marks === undefined) return { type: 'text' }
  const text = line.slice(marks.length).trim().replace(CLOSING_MARKS, '')
  return { type: 'heading', level: marks.length, text: text.trimEnd() }
}

function readFence(line: string): MarkdownLine {
  const [, marker, language] = FENCE.exec(line) ?? []
  return marker === undefined ? { type: 'text' } : { type: 'fence', marker, language: language ?? '' }
}

function readHtml(line: string): MarkdownLine {
  const stretch = HTML_STRETCHES.find(([start]) => start.test(line))
  if (stretch !== undefined) return { type: 'html', until: stretch[1] }
  return HTML_BLOCK.test(line) ? { type: 'html', until: undefined } : { type: 'text' }
}

function readDashOrItem(line: string): MarkdownLine {
  if (/^-+[ \t]*$/.test(line)) return { type: 'underline', level: 2 }
  if (RULE.test(line)) return { type: 'rule' }
  const item = LIST_ITEM.exec(line)
  return item === null ? { type: 'text' } : { type: 'list', contentIndent: item[0].length }
}
