import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTooDeep } from '../../src/answers/json-body.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('the depth that is counted on the text is that of the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 4 }), (value, depthMax) => {
      const text = JSON.stringify(value)
      expect(isTooDeep(text.padEnd(2 * depthMax + 1), depthMax)).toBe(depthOf(value) > depthMax)
    })
  )
})

test('brackets in texts do not count', () => {
  expect(isTooDeep(JSON.stringify(`${'['.repeat(9_000)}"\\`))).toBe(false)
  expect(isTooDeep('['.repeat(9_000))).toBe(true)
})
