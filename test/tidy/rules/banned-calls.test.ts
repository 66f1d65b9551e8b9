import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { BANS } from '../tables/bans.ts'
import { bannedCalls } from './banned-calls.ts'

const rule = bannedCalls(BANS)

test.each([
  'Date.now()',
  'new Date()',
  'new Date',
  'globalThis.Date.now()',
  'Math.random()',
  'setTimeout(run, 1)',
  'globalThis.setTimeout(run, 1)',
  'setInterval(run, 1)',
  'setImmediate(run)',
  'performance.now()',
  'process.hrtime.bigint()',
  'crypto.subtle.sign()',
  'crypto?.getRandomValues(bytes)',
  "console.log('x')",
  'process.exit(1)',
  'const now = Date.now',
  'const clock = { setTimeout }',
  "import { setTimeout as wait } from 'node:timers/promises'",
  "import { randomBytes } from 'node:crypto'",
  "import { webcrypto } from 'node:crypto'"
])('%s is banned in a library, and the finding says what to use', (text) => {
  const findings = findingsIn(rule, { 'packages/node/src/storage/a.ts': text })

  expect(findings).toEqual(expect.arrayContaining([expect.stringMatching(/ is banned here; .{10}/)]))
})

test.each([
  'new Date(clock.now())',
  'clock.setTimeout(run, 1)',
  'const wait: typeof setTimeout = given',
  'const fields = { console: 1 }',
  "import { createHash } from 'node:crypto'",
  "const text = 'Date.now()'"
])('%s is fine', (text) => {
  expect(findingsIn(rule, { 'packages/node/src/storage/a.ts': text })).toEqual([])
})

test('an adapter may do what it adapts, and nothing else', () => {
  const text = 'export const now = () => Date.now() + Math.random()'

  expect(findingsIn(rule, { 'packages/core/src/time/system-clock.ts': text })).toEqual([
    expect.stringContaining('Math.random is banned here; take a Random as an argument')
  ])
})

test('tests do not sleep', () => {
  const text = 'await new Promise((resolve) => setTimeout(resolve, 100))'

  expect(findingsIn(rule, { 'packages/core/test/time/a.test.ts': text })).toEqual([
    expect.stringContaining('tests use ManualClock, or wait for a condition')
  ])
})
