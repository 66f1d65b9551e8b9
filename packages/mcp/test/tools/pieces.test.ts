import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieceOf } from '../../src/tools/pieces.ts'

/** Goal: whoever follows `nextOffset` gets the whole text, and no piece has half a character. */
test('pieces in a row are the text, and each is well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (text, charsMax) => {
      const pieces: string[] = []
      for (let offset: number | undefined = 0; offset !== undefined; ) {
        const piece = pieceOf(text, offset, charsMax)
        pieces.push(piece.text)
        offset = piece.nextOffset
      }
      expect(pieces.join('')).toBe(text)
      expect(pieces.every((piece) => piece.isWellFormed() && piece.length <= charsMax)).toBe(true)
    })
  )
})

test('an offset behind the end is refused', () => {
  expect(() => pieceOf('abc', 4)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
