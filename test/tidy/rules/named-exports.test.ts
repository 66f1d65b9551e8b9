import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { namedExports } from './named-exports.ts'

test.each([
  ['export default function run() {}', 'a default export'],
  ["export * from './a.ts'", 'export *'],
  ["export { a } from './a.ts'", 're-exports another file']
])('%s is found', (text, message) => {
  expect(findingsIn(namedExports, { 'packages/core/src/b.ts': text })).toEqual([expect.stringContaining(message)])
})

test('configurations export by default, and the index of a package lists names', () => {
  const findings = findingsIn(namedExports, {
    'vitest.config.ts': 'export default {}',
    'packages/core/src/index.ts': "export { a } from './a.ts'",
    'packages/core/src/a.ts': 'export const a = 1'
  })

  expect(findings).toEqual([])
})
