import { expect, test } from 'vitest'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { bytesToHex, hexToBytes } from '../../src/ids/hex.ts'
import { ACCEPTED_EXAMPLES, REFUSED_EXAMPLES } from './appendix-a.ts'

test('all examples of RFC 8949 are here', () => {
  expect(new Set([...ACCEPTED_EXAMPLES, ...REFUSED_EXAMPLES].map(([hex]) => hex)).size).toBe(81)
})

test.each(ACCEPTED_EXAMPLES)('%s stands for its value, both ways', (hex, value) => {
  expect(decodeCbor(hexToBytes(hex))).toStrictEqual(value)
  expect(bytesToHex(encodeCbor(value))).toBe(hex)
})

test.each(REFUSED_EXAMPLES)('%s is refused: %s', (hex, reason) => {
  expect(() => decodeCbor(hexToBytes(hex))).toThrow(
    expect.objectContaining({ code: 'ENCODING_INVALID', message: expect.stringContaining(reason) })
  )
})
