import type { Block } from './block.ts'
import { endOfLine, skipBlankBack } from './block.ts'
import { BlockStarts } from './block-starts.ts'
import type { Grammars } from './grammars.ts'
import type { CodeLanguage } from './languages.ts'
import type { LineBlocksOptions } from './line-blocks.ts'
import { lineBlocks } from './line-blocks.ts'
import type { ParserSteps } from './parser-steps.ts'

export interface CodeBlocksOptions extends LineBlocksOptions {
  readonly language: CodeLanguage | undefined
  /** What is left for this context; without, code is cut by lines: its tree would take too long and too much memory. */
  readonly steps: ParserSteps
  /** Nodes this small are not looked into: they fit into a chunk. */
  readonly smallUnits: number
}

/** A longer line was written by a program: there is nothing in it to cut between, and its tree can be very slow to make. */
const LINE_UNITS_MAX = 8_192

/** Code as declarations and statements, of which those that are large are opened. */
export function codeBlocks(text: string, grammars: Grammars, options: CodeBlocksOptions): Block[] {
  const { start, end, headings, language, smallUnits, steps } = options
  if (language === undefined) return lineBlocks(text, options)
  const code = text.slice(start, end)
  if (hasLongLine(code) || !steps.takeUnits(code.length * (language.unitCost ?? 1))) return lineBlocks(text, options)
  const starts = grammars.parse(code, { language, steps }, (tree) => {
    const finder = new BlockStarts(code, smallUnits)
    finder.visit(tree.rootNode, { depth: 0, level: 0, names: headings })
    return finder.found
  })
  if (starts === undefined || starts.length === 0) return lineBlocks(text, options)
  return starts.map((each, index) => {
    const blockStart = index === 0 ? 0 : each.start
    return {
      start: start + blockStart,
      end: skipBlankBack(text, start + blockStart, start + (starts[index + 1]?.start ?? code.length)),
      depth: each.depth,
      headings: each.names,
      format: 'code',
      cutBetween: 'lines'
    }
  })
}

function hasLongLine(code: string): boolean {
  for (let start = 0; start < code.length; ) {
    const next = endOfLine(code, start)
    if (next - start > LINE_UNITS_MAX) return true
    start = next
  }
  return false
}
