import { readFileSync } from 'node:fs'

/** The rows of all tables of a page under `docs/` whose first column has this head; cells by their column's head. */
export function tableRows(page: string, firstHead: string): Record<string, string>[] {
  const url = new URL(`../../../../docs/${page}`, import.meta.url)
  const rows: Record<string, string>[] = []
  let heads: string[] = []
  for (const line of readFileSync(url, 'utf8').split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim())
      : []
    if (cells.length === 0) heads = []
    else if (heads.length === 0) heads = cells
    else if (heads[0] === firstHead && !line.startsWith('|--')) {
      if (cells.length !== heads.length) throw new Error(`A row of ${page} has ${cells.length} cells: ${line}`)
      rows.push(Object.fromEntries(heads.map((head, index) => [head, cells[index]!])))
    }
  }
  return rows
}

/** A cell that is one word of code, without its backticks. */
export function codeIn(cell: string | undefined): string {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? `(not code: ${cell})`
}
