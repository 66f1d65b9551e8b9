import { readFileSync } from 'node:fs'
import type { JsonValue } from '@hcfs/core'
import { expect, test } from 'vitest'
import { effectiveContent } from '../../src/effective/effective-content.ts'
import { levels } from './levels.ts'

const page = new URL('../../../../docs/reference/effective-context.md', import.meta.url)
const NOTHING = '–'
const VIOLATION = /^(.*), and a violation `([a-z-]+)`$/

interface Row {
  readonly rule: string
  readonly inherited: JsonValue | undefined
  readonly own: JsonValue | undefined
  readonly result: JsonValue | undefined
  readonly violation: string | undefined
}

/** The rows of the page that people read. */
function rowsOfPage(): Row[] {
  const [, table = ''] = readFileSync(page, 'utf8').split('## Truth table')
  return table
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| rule'))
    .map((line) => {
      const [rule = '', inherited = '', own = '', outcome = ''] = line.slice(2, -2).split(' | ')
      const [, result = outcome, violation] = VIOLATION.exec(outcome) ?? []
      return {
        rule: rule.replaceAll('`', ''),
        inherited: valueIn(inherited),
        own: valueIn(own),
        result: valueIn(result),
        violation
      }
    })
}

function valueIn(cell: string): JsonValue | undefined {
  return cell === NOTHING ? undefined : JSON.parse(cell.replaceAll('`', ''))
}

test('the reference has a row for each rule, and one for none', () => {
  const rules = new Set(rowsOfPage().map(({ rule }) => rule))
  expect([...rules].sort()).toEqual(['append', 'deny', 'lock', 'merge', 'none', 'override', 'own', 'union'])
})

test.each(rowsOfPage())('$rule of $inherited and $own gives what the reference says', (row) => {
  const { rule, inherited, own, result, violation } = row
  const chain = levels(
    { ...(inherited !== undefined && { fields: { key: inherited } }), rules: rule === 'none' ? {} : { '/key': rule } },
    own === undefined ? {} : { fields: { key: own } }
  )
  const { fields, violations } = effectiveContent(chain)
  expect(fields['key']).toEqual(result)
  expect(violations.map(({ kind }) => kind)).toEqual(violation === undefined ? [] : [violation])
})
