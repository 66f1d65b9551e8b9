import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import type { Paint } from '../../src/command-line/colours.ts'
import { tableLines, widthOf } from '../../src/command-line/table.ts'

const plain: Paint = (_style, text) => text
const painted: Paint = (style, text) => styleText(style, text, { validateStream: false })

test('columns are aligned, numbers to the right', () => {
  const columns = [
    { title: 'NAME', cell: ({ name }: { name: string; size: number }) => name },
    { title: 'SIZE', align: 'right' as const, cell: ({ size }: { name: string; size: number }) => `${size}` }
  ]
  const rows = [
    { name: 'a', size: 5 },
    { name: 'long name', size: 12_345 }
  ]
  expect(tableLines(rows, columns, plain)).toEqual(['NAME        SIZE', 'a              5', 'long name  12345'])
})

test('a column without anything in it is left out', () => {
  const columns = [
    { title: 'NAME', cell: (name: string) => name },
    { title: 'NOTE', cell: () => '' }
  ]
  expect(tableLines(['a'], columns, plain)).toEqual(['NAME', 'a'])
})

test('colours and wide or combining characters do not disturb the alignment', () => {
  const columns = [
    { title: 'NAME', cell: (name: string) => painted('cyan', name) },
    { title: 'END', cell: () => '|' }
  ]
  const widths = tableLines(['語', 'ab', 'e\u0301x'], columns, plain).map((line) =>
    widthOf(line.slice(0, line.indexOf('|')))
  )
  expect(new Set(widths.slice(1))).toEqual(new Set([6]))
})
