import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALL_RULES } from './all-rules.ts'
import { readRepository } from './repository.ts'
import { findingText, runRule } from './rule.ts'
import { PACKAGE_TABLE } from './tables/package-table.ts'

const repository = readRepository(join(import.meta.dirname, '../..'))

test('the whole repository is read', () => {
  const paths = repository.files.map(({ path }) => path)

  expect(paths).toEqual(
    expect.arrayContaining(['package.json', 'scripts/setup.mjs', 'packages/core/src/index.ts', '.ci/run'])
  )
  expect(paths.filter((path) => /node_modules|dist\//.test(path))).toEqual([])
})

test('every package has a row in the table', () => {
  const names = repository.files.flatMap(({ path }) => /^packages\/([^/]+)\/package.json$/.exec(path)?.[1] ?? [])

  expect(Object.keys(PACKAGE_TABLE)).toEqual(expect.arrayContaining(names))
})

test.each(ALL_RULES)('the repository follows the rule on $name', (rule) => {
  expect(runRule(rule, repository).map(findingText)).toEqual([])
})
