import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { FILE_LINES_MAX, fileLength } from './file-length.ts'
import { FUNCTION_LINES_MAX, functionLength } from './function-length.ts'

const PATH = 'packages/core/src/a.ts'
const NOTHING_LONGER = { fileLines: {}, functionLines: {} }

const fileOf = (lines: number) => ({ [PATH]: 'export {}\n'.repeat(lines) })
const functionOf = (lines: number) => ({ [PATH]: `function long() {\n${'\n'.repeat(lines - 2)}}\n` })

test('a file at the limit is fine, one line more is found', () => {
  const rule = fileLength(NOTHING_LONGER)

  expect(findingsIn(rule, fileOf(FILE_LINES_MAX))).toEqual([])
  expect(findingsIn(rule, fileOf(FILE_LINES_MAX + 1))).toEqual([expect.stringContaining('401 lines, the limit is 400')])
})

test('a function at the limit is fine, one line more is found', () => {
  const rule = functionLength(NOTHING_LONGER)

  expect(findingsIn(rule, functionOf(FUNCTION_LINES_MAX))).toEqual([])
  expect(findingsIn(rule, functionOf(FUNCTION_LINES_MAX + 1))).toEqual([
    expect.stringContaining('long has 71 lines, the limit is 70')
  ])
})

test.each([
  'const long = () => {BODY}',
  'class A {\n  long() {BODY}\n}',
  'const a = { long: function () {BODY} }',
  "test('a long test', () => {BODY})"
])('every kind of function is measured: %s', (shape) => {
  const text = shape.replace('BODY', '\n'.repeat(FUNCTION_LINES_MAX))

  expect(findingsIn(functionLength(NOTHING_LONGER), { [PATH]: text })).toHaveLength(1)
})

test.each([
  "describe('long', () => {BODY test('a', () => {}) })",
  "export function describeReads() {BODY test.each(rows)('a', () => {}) }"
])('a list of tests may be longer than a function: %s', (shape) => {
  const text = shape.replace('BODY', '\n'.repeat(FUNCTION_LINES_MAX))

  expect(findingsIn(functionLength(NOTHING_LONGER), { [PATH]: text })).toEqual([])
})

test.each([
  [500, []],
  [501, ['it may only shrink']],
  [499, ['lower the number there']],
  [100, ['lower the number there']]
])('a file with a ratchet of 500 and %i lines', (lines, messages) => {
  const findings = findingsIn(fileLength({ fileLines: { [PATH]: 500 }, functionLines: {} }), fileOf(lines))

  expect(findings).toEqual(messages.map((message) => expect.stringContaining(message)))
})

test.each([
  [90, []],
  [91, ['name its steps']],
  [89, ['lower the number in the ratchet']]
])('a function with a ratchet of 90 and %i lines', (lines, messages) => {
  const rule = functionLength({ fileLines: {}, functionLines: { [`${PATH}#long`]: 90 } })

  expect(findingsIn(rule, functionOf(lines))).toEqual(messages.map((message) => expect.stringContaining(message)))
})
