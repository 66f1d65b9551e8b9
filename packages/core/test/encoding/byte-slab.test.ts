import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteSlab } from '../../src/encoding/byte-slab.ts'

test('arrays have the length that was asked for, are zero, and share nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 6_000 }), { maxLength: 30 }), (lengths) => {
      const slab = new ByteSlab()
      const carved = lengths.map((length) => slab.carve(length))
      for (const [index, bytes] of carved.entries()) {
        expect(bytes.every((byte) => byte === 0)).toBe(true)
        bytes.fill(index + 1)
      }
      expect(carved.map((bytes) => bytes.length)).toEqual(lengths)
      expect(carved.every((bytes, index) => bytes.every((byte) => byte === index + 1))).toBe(true)
    })
  )
})

test('a large array is not part of a slab, which it would hold in memory', () => {
  const large = new ByteSlab().carve(5_000)
  expect(large.buffer.byteLength).toBe(5_000)
})
