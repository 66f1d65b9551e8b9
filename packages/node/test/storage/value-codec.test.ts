import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBytes, decodeText, encodeValue } from '../../src/storage/value-codec.ts'

const keyArbitrary = fc.string({ minLength: 1, unit: 'grapheme' })
const bytesArbitrary = fc.uint8Array({ maxLength: 300 })

/** What the disk holds of a value, and gives back as text. */
function onDisk(stored: Uint8Array | string): Buffer {
  return Buffer.from(stored as string)
}

describe('a value', () => {
  test('comes back as it was, bytes as bytes and text as text', () => {
    fc.assert(
      fc.property(keyArbitrary, bytesArbitrary, fc.string({ unit: 'grapheme' }), (key, bytes, text) => {
        expect(decodeBytes(key, onDisk(encodeValue(key, bytes)))).toEqual(Buffer.from(bytes))
        expect(decodeText(key, onDisk(encodeValue(key, text)).toString('utf8'))).toBe(text)
        expect(decodeBytes(key, onDisk(encodeValue(key, text)))).toEqual(Buffer.from(text))
      })
    )
  })

  test('is found damaged whichever bit flipped', () => {
    fc.assert(
      fc.property(keyArbitrary, bytesArbitrary, fc.nat(), (key, bytes, pick) => {
        const stored = onDisk(encodeValue(key, bytes))
        const bit = pick % (stored.byteLength * 8)
        stored[bit >> 3] = stored[bit >> 3]! ^ (1 << (bit & 7))
        expect(() => decodeBytes(key, stored)).toThrow(expect.objectContaining({ code: 'STORAGE_CORRUPT' }))
      })
    )
  })

  test('is found damaged as text, too, also where the damage is no longer text', () => {
    fc.assert(
      fc.property(keyArbitrary, fc.string({ unit: 'grapheme' }), fc.nat(), (key, text, pick) => {
        const stored = onDisk(encodeValue(key, text))
        const bit = pick % (stored.byteLength * 8)
        stored[bit >> 3] = stored[bit >> 3]! ^ (1 << (bit & 7))
        expect(() => decodeText(key, stored.toString('utf8'))).toThrow(
          expect.objectContaining({ code: 'STORAGE_CORRUPT' })
        )
      })
    )
  })

  test('is found damaged when it was cut off anywhere', () => {
    const stored = onDisk(encodeValue('key', 'a value'))
    for (let length = 0; length < stored.byteLength; length += 1) {
      expect(() => decodeBytes('key', stored.subarray(0, length))).toThrow()
      expect(() => decodeText('key', stored.toString('utf8', 0, length))).toThrow()
    }
  })

  test('of another key is not taken for this one, and the error names the key', () => {
    const stored = onDisk(encodeValue('mine', 'a value'))
    expect(() => decodeBytes('yours', stored)).toThrow(
      expect.objectContaining({ code: 'STORAGE_CORRUPT', details: { key: 'yours' } })
    )
  })

  test('stands in the store as it did in format 1', () => {
    expect(onDisk(encodeValue('c:key', 'value')).toString('hex')).toBe('03584f570176616c7565')
    expect(onDisk(encodeValue('c:key', Uint8Array.of(0, 255))).toString('hex')).toBe('0e4c032d1500ff')
  })
})
