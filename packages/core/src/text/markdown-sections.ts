/** A part of a Markdown text: a heading with what stands below it, up to the next heading of any depth. */
export interface MarkdownSection {
  /** The headings that lead to it, its own last; empty for what stands before the first heading. */
  readonly trail: readonly string[]
  /** With its heading line, as it stands in the text. */
  readonly text: string
}

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/

/**
 * Takes a Markdown text apart at its headings; the texts together are the text again.
 * What looks like a heading inside of fenced code is none. Two headings of one text
 * below the same one are told apart by their number.
 */
export function sectionsOf(text: string): MarkdownSection[] {
  const sections: MarkdownSection[] = []
  const counts = new Map<string, number>()
  let open: { depth: number; heading: string }[] = []
  let trail: readonly string[] = []
  let current = ''
  let fence: string | undefined
  const finish = (): void => {
    if (current !== '') sections.push({ trail, text: current })
    current = ''
  }
  for (const line of linesOf(text)) {
    const bare = line.endsWith('\n') ? line.slice(0, -1).replace(/\r$/, '') : line
    const mark = FENCE.exec(bare)?.[1]
    const heading = fence === undefined && mark === undefined ? HEADING.exec(bare) : null
    if (mark !== undefined) fence = fenceAfter(fence, mark, bare)
    if (heading !== null) {
      finish()
      const depth = heading[1]?.length ?? 1
      open = open.filter((each) => each.depth < depth)
      const above = open.map((each) => each.heading)
      const name = numbered(counts, [...above, (heading[2] ?? '').trim()])
      open.push({ depth, heading: name })
      trail = [...above, name]
    }
    current += line
  }
  finish()
  return sections
}

/** Names a section for people and in maps: `#Rules/Style`. Empty for what stands before the first heading. */
export function sectionName(trail: readonly string[]): string {
  return `#${trail.join('/')}`
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    const next = end === -1 ? text.length : end + 1
    yield text.slice(start, next)
    start = next
  }
}

/** A fence is closed by one of the same kind that is at least as long and has nothing behind it. */
function fenceAfter(open: string | undefined, mark: string, line: string): string | undefined {
  if (open === undefined) return mark
  const isClosing = mark[0] === open[0] && mark.length >= open.length && line.trim() === mark
  return isClosing ? undefined : open
}

function numbered(counts: Map<string, number>, trail: readonly string[]): string {
  const name = trail.join('\n')
  const count = (counts.get(name) ?? 0) + 1
  counts.set(name, count)
  const heading = trail.at(-1) ?? ''
  return count === 1 ? heading : `${heading} (${count})`
}
