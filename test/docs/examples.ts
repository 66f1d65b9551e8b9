import { codeBlocks, proseLines } from './markdown.ts'

export interface Example {
  readonly name: string
  readonly source: string
  /** What it prints, where the page shows that. */
  readonly output: string | undefined
}

const MARK = /^<!--\s*example:([\w-]+)\s*-->$/

/**
 * The examples of a page: each `ts` block directly after a comment
 * `example:NAME`. The next code block of the same section, if it is a `text`
 * block, is what the example prints.
 */
export function examplesIn(page: string): Example[] {
  const lines = proseLines(page)
  return lines.flatMap((line, index) => {
    const name = MARK.exec(line.trim())?.[1]
    return name === undefined ? [] : [exampleAfter(page, lines, { name, index })]
  })
}

function exampleAfter(page: string, lines: readonly string[], mark: { name: string; index: number }): Example {
  const [block, next] = codeBlocks(page).filter(({ opensAt }) => opensAt > mark.index)
  const isDirectlyAfter = block !== undefined && isBlank(lines.slice(mark.index + 1, block.opensAt))
  if (!isDirectlyAfter || block.language !== 'ts') {
    throw new Error(`The comment example:${mark.name} must stand directly before a ts block`)
  }
  const isItsOutput = next?.language === 'text' && !hasHeading(lines.slice(block.closesAt, next.opensAt))
  return { name: mark.name, source: block.content, output: isItsOutput ? next.content : undefined }
}

const isBlank = (lines: readonly string[]): boolean => lines.every((line) => line.trim() === '')

const hasHeading = (lines: readonly string[]): boolean => lines.some((line) => line.startsWith('#'))
