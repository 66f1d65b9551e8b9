import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import type { Ratchet } from '../tables/ratchet.ts'

export const FILE_LINES_MAX = 400

/** A file has one job, and a reader sees the whole of it. */
export function fileLength({ fileLines }: Ratchet): Rule {
  return {
    name: 'file length',
    sees: 'source',
    check: (source) => {
      const lines = source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0)
      return lengthFindings(source, lines, fileLines[source.path])
    }
  }
}

function lengthFindings({ path }: SourceFile, lines: number, known: number | undefined): Finding[] {
  const finding = (message: string): Finding[] => [{ path, line: 1, message }]
  if (known === undefined) {
    return lines <= FILE_LINES_MAX
      ? []
      : finding(
          `${lines} lines, the limit is ${FILE_LINES_MAX}; split it by job into files named after what they export`
        )
  }
  if (lines === known) return []
  return finding(
    `${lines} lines, the ratchet says ${known}; ${lines < known ? 'lower the number there' : 'it may only shrink'}`
  )
}
