export interface CodeBlock {
  /** The word after the opening fence; empty when there is none. */
  readonly language: string
  readonly content: string
  /** Index of the line of the opening fence. */
  readonly opensAt: number
  /** Index of the line of the closing fence. */
  readonly closesAt: number
}

const FENCE = /^\s*(`{3,}|~{3,})\s*([\w-]*)/
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/
const INLINE_CODE = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g

/** The fenced code blocks of a page, in order. A fence that is never closed runs to the end of the page. */
export function codeBlocks(page: string): CodeBlock[] {
  const lines = page.split('\n')
  const blocks: CodeBlock[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const [, fence, language] = FENCE.exec(lines[index]!) ?? []
    if (fence === undefined || language === undefined) continue
    const closesAt = closingFence(lines, index + 1, fence)
    blocks.push({ language, content: lines.slice(index + 1, closesAt).join('\n'), opensAt: index, closesAt })
    index = closesAt
  }
  return blocks
}

function closingFence(lines: readonly string[], from: number, fence: string): number {
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index]!.trim()
    if (line.startsWith(fence) && line.replaceAll(fence.charAt(0), '') === '') return index
  }
  return lines.length
}

/** The lines of a page with code blocks emptied, so that line numbers stay what they were. */
export function proseLines(page: string): string[] {
  const lines = page.split('\n')
  for (const { opensAt, closesAt } of codeBlocks(page)) lines.fill('', opensAt, closesAt + 1)
  return lines
}

/** What a link may write after `#` to reach a heading, by the rule of GitHub. */
export function headingAnchors(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const line of proseLines(page)) {
    const heading = HEADING.exec(line)?.[1]
    if (heading === undefined) continue
    const anchor = anchorOf(heading)
    let unique = anchor
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`
    anchors.add(unique)
  }
  return anchors
}

function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
}

/** Where the links of a page lead, in the order of the page; web and mail addresses are left out. */
export function localLinks(page: string): string[] {
  const prose = proseLines(page).join('\n').replaceAll(INLINE_CODE, '')
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)
  const definitions = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm)
  return [...inline, ...definitions].map((match) => match[1]!).filter((target) => !/^[a-z][a-z\d+.-]*:/i.test(target))
}

/** What stands between single backticks outside code blocks. */
export function inlineCode(page: string): string[] {
  return proseLines(page).flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1]!))
}
