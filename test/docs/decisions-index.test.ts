import { describe, expect, test } from 'vitest'
import { DECISIONS_FOLDER, decisionProblems } from './decision-records.ts'
import { markdownPages } from './repository.ts'

test('every decision record has a number of its own, the three parts and one line in the index', () => {
  const pages = markdownPages()
  expect([...pages.keys()].filter((path) => path.startsWith(`${DECISIONS_FOLDER}/0`))).not.toEqual([])
  expect(decisionProblems(pages)).toEqual([])
})

describe('the check', () => {
  const record = '# We do this\n## Context\n## Decision\n## Consequences\n'
  const check = (files: Record<string, string>): string[] =>
    decisionProblems(new Map(Object.entries(files).map(([name, text]) => [`${DECISIONS_FOLDER}/${name}`, text])))

  test('accepts records that are listed once', () => {
    const index = '[one](0001-one.md) [two](0002-two.md)'
    expect(check({ 'README.md': index, '0001-one.md': record, '0002-two.md': record })).toEqual([])
  })

  test('finds a record that the index forgot', () => {
    expect(check({ 'README.md': '', '0001-one.md': record })).toEqual([
      '0001-one.md: stands 0 times in docs/decisions/README.md, should be once'
    ])
  })

  test('finds a number that is taken', () => {
    const index = '[one](0001-one.md) [two](0001-two.md)'
    expect(check({ 'README.md': index, '0001-one.md': record, '0001-two.md': record })).toEqual([
      '0001-two.md: its number is taken, use the next free one'
    ])
  })

  test('finds a record without a number', () => {
    expect(check({ 'README.md': '[notes](notes.md)', 'notes.md': record })).toContain(
      'notes.md: a record is named 0001-in-a-few-words.md'
    )
  })

  test('finds a record that lacks a part', () => {
    const short = '# We do this\n## Context\n## Decision\n'
    expect(check({ 'README.md': '[one](0001-one.md)', '0001-one.md': short })).toEqual([
      'docs/decisions/0001-one.md: has no "## Consequences"'
    ])
  })
})
