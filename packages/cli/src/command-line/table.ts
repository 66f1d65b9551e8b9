import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './colours.ts'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row) => string
}

const GAP = '  '

/** Wide characters take two places on a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const COMBINING = /\p{M}/u

/** Aligned lines with a heading. A column in which no row has anything is left out. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Paint): string[] {
  const filled = columns
    .map((column) => ({ column, cells: rows.map(column.cell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ column, cells }) => ({ column, cells, width: Math.max(...[column.title, ...cells].map(widthOf)) }))
  const line = (cellOf: (index: number) => string): string =>
    filled
      .map(({ column, width }, index) => padded(cellOf(index), width, column.align ?? 'left'))
      .join(GAP)
      .trimEnd()
  const heading = line((index) => paint('dim', filled[index]?.column.title ?? ''))
  return [heading, ...rows.map((_, row) => line((index) => filled[index]?.cells[row] ?? ''))]
}

export function widthOf(text: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(text)) {
    if (COMBINING.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

function padded(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}
