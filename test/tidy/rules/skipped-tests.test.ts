import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { skippedTests } from './skipped-tests.ts'

test.each([
  ["test.only('a', () => {})", 'remove it'],
  ["describe.only('a', () => {})", 'remove it'],
  ["test.skip('a', () => {})", 'gives no reason'],
  ["it.skipIf(isWindows)('a', () => {})", 'gives no reason'],
  ["test.todo('a')", 'gives no reason'],
  ["test('a', ({ skip }) => { skip() })", 'skips without a reason'],
  ["test('a', (context) => { context.skip(isWindows) })", 'skips without a reason']
])('%s is found', (text, message) => {
  expect(findingsIn(skippedTests, { 'packages/core/test/a.test.ts': text })).toEqual([expect.stringContaining(message)])
})

test('a skip that says why is fine', () => {
  const text = "test('a', ({ skip }) => { skip(isWindows, 'Windows has no signals') })"

  expect(findingsIn(skippedTests, { 'packages/core/test/a.test.ts': text })).toEqual([])
})
