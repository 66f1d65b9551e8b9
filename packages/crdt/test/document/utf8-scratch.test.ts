import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Utf8Scratch } from '../../src/document/utf8-scratch.ts'

const unit = fc.constantFrom('a', '\u0000', 'é', '€', '😀')
const text = fc
  .tuple(fc.string({ unit }), fc.constantFrom(1, 1, 100, 20_000))
  .map(([part, times]) => part.repeat(times))

test('whatever was encoded before, a text gives the bytes that TextEncoder gives', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const scratch = new Utf8Scratch()
      for (const each of texts) {
        expect(Buffer.compare(scratch.encode(each), new TextEncoder().encode(each))).toBe(0)
      }
    }),
    { numRuns: 50 }
  )
})
