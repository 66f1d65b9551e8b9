import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../../src/ids/hex.ts'

test('bytes become what Node writes, and come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(bytesToHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes)
    })
  )
})

test('a part of a larger array becomes only that part', () => {
  expect(bytesToHex(Uint8Array.of(1, 2, 254, 4).subarray(1, 3))).toBe('02fe')
})

test.each(['0', 'abc', 'AB', '0x12', ' 12', '12\n', 'zz', '1２'])(
  '%j has another spelling or none, and is refused',
  (text) => {
    expect(() => hexToBytes(text)).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
  }
)
