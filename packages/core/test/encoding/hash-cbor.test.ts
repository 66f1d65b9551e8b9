import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256, sha256Hex } from '#sha256'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { hashCbor, hashCborHex } from '../../src/encoding/hash-cbor.ts'
import { cborValue } from './cbor-arbitraries.ts'

test('the hash of a value is the hash of its encoding', () => {
  fc.assert(
    fc.property(cborValue(), (value) => {
      expect(hashCbor(value)).toEqual(sha256(encodeCbor(value)))
      expect(hashCborHex(value)).toBe(sha256Hex(encodeCbor(value)))
    })
  )
})

test('a value without an encoding has no hash', () => {
  expect(() => hashCbor([Number.NaN])).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
  expect(() => hashCborHex('\u{d800}')).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
})
