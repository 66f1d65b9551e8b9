import { isFenceLine } from '../text/markdown-sections.ts'

/** What begins a word so names a file to the reader of a CLAUDE.md. */
const IMPORT = /(^|[\s([{"'])@(?=[^\s@])([^\s`]+)/g

/**
 * The text of contexts for a CLAUDE.md: what would import a file there is put into a code span, where
 * it imports nothing. Contexts come from other machines, and none of them should reach into the files of this one.
 */
export function withoutImports(text: string): string {
  let isInFence = false
  return text
    .split('\n')
    .map((line) => {
      if (isFenceLine(line)) isInFence = !isInFence
      return isInFence || !line.includes('@') ? line : outsideSpans(line)
    })
    .join('\n')
}

/** An unpaired backtick opens no span, so what follows it counts as text. */
function outsideSpans(line: string): string {
  const pieces = line.split('`')
  const isPaired = pieces.length % 2 === 1
  return pieces
    .map((piece, index) => {
      const isSpan = index % 2 === 1 && (isPaired || index < pieces.length - 1)
      return isSpan ? piece : piece.replaceAll(IMPORT, '$1`@$2`')
    })
    .join('`')
}
