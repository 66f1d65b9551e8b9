import * as cborg from 'cborg'
import { expect, test } from 'vitest'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { halfFloatBits, halfFloatValue } from '../../src/encoding/half-float.ts'

const ALL_BITS = Array.from({ length: 0x10000 }, (_, bits) => bits)

test('all 65,536 half floats have the value cborg reads', () => {
  for (const bits of ALL_BITS) {
    const value: unknown = cborg.decode(Uint8Array.of(0xf9, bits >>> 8, bits & 0xff))
    if (!Object.is(halfFloatValue(bits), value)) expect(halfFloatValue(bits), bits.toString(16)).toBe(value)
  }
})

test('every finite half float but the zeros has its own bits again', () => {
  const finite = ALL_BITS.filter((bits) => Number.isFinite(halfFloatValue(bits)) && halfFloatValue(bits) !== 0)
  expect(finite).toHaveLength(0x10000 - 2 * 0x400 - 2)
  for (const bits of finite) if (halfFloatBits(halfFloatValue(bits)) !== bits) expect.fail(bits.toString(16))
})

test('every half float that is no integer is written and read as one', () => {
  for (const bits of ALL_BITS) {
    const value = halfFloatValue(bits)
    if (!Number.isFinite(value) || Number.isInteger(value)) continue
    const encoding = Buffer.of(0xf9, bits >>> 8, bits & 0xff)
    if (!encoding.equals(encodeCbor(value)) || decodeCbor(encoding) !== value) expect.fail(bits.toString(16))
  }
})

test('a number between two neighbours has no half float', () => {
  for (const bits of ALL_BITS.slice(0x0001, 0x7bff)) {
    const between = (halfFloatValue(bits) + halfFloatValue(bits + 1)) / 2
    if (halfFloatBits(between) !== undefined || halfFloatBits(-between) !== undefined) expect.fail(bits.toString(16))
  }
})

test('a number that only rounds to a half float has none', () => {
  for (const bits of ALL_BITS.slice(0x0001, 0x7bff)) {
    const beside = halfFloatValue(bits) * (1 + Number.EPSILON)
    if (halfFloatBits(beside) !== undefined || decodeCbor(encodeCbor(beside)) !== beside) {
      expect.fail(bits.toString(16))
    }
  }
})

test.each([65_520, 65_536, 2 ** -25, 2 ** -149, 2 ** -1074, 1e300, 0.1])('%d is out of reach', (value) => {
  expect(halfFloatBits(value)).toBeUndefined()
})
