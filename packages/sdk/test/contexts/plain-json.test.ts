import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertPlainJson } from '../../src/contexts/plain-json.ts'

test('what JSON gives back as it was is taken', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => assertPlainJson(JSON.parse(JSON.stringify(value)))))
})

test.each([
  ['undefined', { x: undefined }],
  ['NaN', [Number.NaN]],
  ['infinity', { x: [Number.POSITIVE_INFINITY] }],
  ['a date', { x: new Date(0) }],
  ['a map', new Map()],
  ['a function', { toJSON: () => 1 }],
  ['a hole', { list: Array.from({ length: 1 }, () => [1, undefined]) }],
  ['a big integer', 1n]
])('%s is refused, for it would be lost or changed', (_, value) => {
  expect(() => assertPlainJson(value)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
})

test('what refers to itself ends at the depth that fields may have', () => {
  const endless: Record<string, unknown> = {}
  endless['self'] = endless
  expect(() => assertPlainJson(endless)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
})
