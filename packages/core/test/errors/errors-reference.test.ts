import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/errors/error-codes.ts'
import { codeIn, tableRows } from '../limits/page-tables.ts'

const rows = tableRows('reference/errors.md', 'code')

test('docs/reference/errors.md lists every code as it is in the registry, once, and no others', () => {
  const listed = rows.map((row) => `${codeIn(row['code'])} | ${row['HTTP']} | ${row['exit']} | ${row['retry']}`)
  const registered = Object.entries(ERROR_CODES).map(
    ([code, { httpStatus, exitCode, retryable }]) =>
      `${code} | ${httpStatus} | ${exitCode} | ${retryable ? 'yes' : 'no'}`
  )
  expect(listed.toSorted()).toEqual(registered.toSorted())
})

test('docs/reference/errors.md says of every code what happened and what to do, as sentences', () => {
  for (const row of rows) {
    expect(row['what happened'], row['code']).toMatch(/^[A-Z`].*\.$/)
    expect(row['what to do'], row['code']).toMatch(/^[A-Z`].*\.$/)
  }
})

test('every code has a status that says error, and is written in capitals', () => {
  for (const [code, { httpStatus }] of Object.entries(ERROR_CODES)) {
    expect(httpStatus).toBeGreaterThanOrEqual(400)
    expect(httpStatus).toBeLessThan(600)
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/)
  }
})
