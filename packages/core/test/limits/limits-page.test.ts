import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/errors/error-codes.ts'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'
import { NODE_LIMITS } from '../../src/limits/node-limits.ts'
import { codeIn, tableRows } from './page-tables.ts'

const rows = tableRows('LIMITS.md', 'name')
const formatRows = rows.filter((row) => 'value' in row)
const nodeRows = rows.filter((row) => 'default' in row)

test('docs/LIMITS.md lists the limits of the format with their values, and no others', () => {
  const listed = formatRows.map((row) => `${codeIn(row['name'])} | ${row['value']}`)
  const registered = Object.entries(FORMAT_LIMITS).map(([name, value]) => `${name} | ${withCommas(value)}`)
  expect(listed.toSorted()).toEqual(registered.toSorted())
})

test('docs/LIMITS.md lists the limits of a node as they are in the code, and no others', () => {
  const listed = nodeRows.map((row) =>
    [
      codeIn(row['name']),
      row['default'],
      row['range'],
      row['unit'],
      row['what happens at it']?.replaceAll('`', '')
    ].join(' | ')
  )
  const registered = Object.entries(NODE_LIMITS).map(([name, limit]) =>
    [
      name,
      withCommas(limit.default),
      `${withCommas(limit.min)}–${withCommas(limit.max)}`,
      limit.unit,
      limit.atLimit
    ].join(' | ')
  )
  expect(listed.toSorted()).toEqual(registered.toSorted())
})

test('docs/LIMITS.md says of every limit what happens at it, with codes that exist', () => {
  for (const row of rows) {
    const happens = row['what happens at it'] ?? ''
    expect(happens, row['name']).not.toBe('')
    for (const [code] of happens.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) expect(Object.keys(ERROR_CODES)).toContain(code)
  }
})

function withCommas(value: number): string {
  return value.toLocaleString('en-US')
}
