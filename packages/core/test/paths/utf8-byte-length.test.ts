import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8ByteLength } from '../../src/paths/utf8-byte-length.ts'

test('counts what an encoder writes, halves of surrogate pairs included', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          'a',
          '\u007f',
          '\u0080',
          '\u07ff',
          '\u0800',
          '\ud800',
          '\udbff',
          '\udc00',
          '\udfff',
          '\ue000',
          '\uffff',
          '🎉'
        )
      }),
      (text) => {
        expect(utf8ByteLength(text)).toBe(Buffer.byteLength(text))
      }
    )
  )
})
