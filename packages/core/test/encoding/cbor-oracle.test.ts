import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { compareKeys } from '../../src/encoding/key-order.ts'
import { bytesToHex } from '../../src/ids/hex.ts'
import { cborNumber, cborText, cborValue } from './cbor-arbitraries.ts'
import { canCborgJudge, cborgEncode } from './cborg-oracle.ts'

const runs = { numRuns: 2_000 }

test('decoding gives back what was encoded', () => {
  fc.assert(
    fc.property(cborValue(), (value) => {
      deepStrictEqual(decodeCbor(encodeCbor(value)), value)
    }),
    runs
  )
})

test('the bytes are those that cborg writes in its RFC 8949 mode', () => {
  fc.assert(
    fc.property(cborValue(), (value) => {
      const encoding = encodeCbor(value)
      if (canCborgJudge(encoding)) expect(bytesToHex(encoding)).toBe(bytesToHex(cborgEncode(value)))
    }),
    runs
  )
})

test('every number has the bytes that cborg writes, and comes back', () => {
  fc.assert(
    fc.property(cborNumber(), (value) => {
      const encoding = encodeCbor(value)
      if (canCborgJudge(encoding)) expect(bytesToHex(encoding)).toBe(bytesToHex(cborgEncode(value)))
      expect(decodeCbor(encoding)).toBe(value)
    }),
    { numRuns: 10_000 }
  )
})

test('every text has the bytes of its UTF-8 form, and comes back', () => {
  fc.assert(
    fc.property(cborText(), (text) => {
      const encoding = encodeCbor(text)
      expect(
        Buffer.from(encoding)
          .subarray(-Buffer.byteLength(text) || encoding.length)
          .equals(Buffer.from(text))
      ).toBe(true)
      expect(decodeCbor(encoding)).toBe(text)
    }),
    runs
  )
})

test.each([23, 24, 255, 256, 65_535, 65_536, 300_000])('text of %d bytes comes back', (length) => {
  for (const letter of ['a', 'é', '水', '𐅑']) {
    const size = Buffer.byteLength(letter)
    const text = 'a'.repeat(length % size) + letter.repeat(Math.floor(length / size))
    const encoding = encodeCbor([text, 1])
    expect(bytesToHex(encoding) === bytesToHex(cborgEncode([text, 1]))).toBe(true)
    expect(decodeCbor(encoding)).toEqual([text, 1])
  }
})

test('keys compare like their encodings', () => {
  fc.assert(
    fc.property(cborText(), cborText(), (left, right) => {
      expect(Math.sign(compareKeys(left, right))).toBe(Buffer.compare(encodeCbor(left), encodeCbor(right)))
    }),
    { numRuns: 10_000 }
  )
})

test('the order in which properties were set does not show', () => {
  fc.assert(
    fc.property(fc.uniqueArray(cborText(), { maxLength: 20 }), fc.nat(), (keys, turn) => {
      const entries = keys.map((key, index): [string, number] => [key, index])
      const turned = [...entries.slice(turn % 20), ...entries.slice(0, turn % 20)].reverse()
      expect(encodeCbor(Object.fromEntries(turned))).toEqual(encodeCbor(Object.fromEntries(entries)))
    })
  )
})
