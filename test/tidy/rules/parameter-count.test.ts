import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { parameterCount } from './parameter-count.ts'

test.each([
  'function many(a, b, c, d) {}',
  'const many = (a, b, c, ...d) => {}',
  'class A { many(a, b, c, d) {} }',
  'interface A { many(a: 1, b: 1, c: 1, d: 1): void }',
  'type many = (a: 1, b: 1, c: 1, d: 1) => void'
])('a fourth parameter is found: %s', (text) => {
  expect(findingsIn(parameterCount, { 'packages/core/src/a.ts': text })).toEqual([
    expect.stringContaining('has 4 parameters, the limit is 3; pass the rest as one options object')
  ])
})

test.each([
  'function few(this: A, a, b, c) {}',
  'const onUpdate = (update, _origin, _document, transaction) => {}',
  "document.on('update', (update, origin, document, transaction) => {})"
])('three are fine, and so is what another interface prescribes: %s', (text) => {
  expect(findingsIn(parameterCount, { 'packages/core/src/a.ts': text })).toEqual([])
})
