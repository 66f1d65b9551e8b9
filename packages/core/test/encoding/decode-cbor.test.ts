import { describe, expect, test } from 'vitest'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { hexToBytes } from '../../src/ids/hex.ts'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'

const decodeHex = (hex: string) => decodeCbor(hexToBytes(hex))
const invalid = (reason: string) =>
  expect.objectContaining({ code: 'ENCODING_INVALID', message: expect.stringContaining(reason) })
const tooLarge = expect.objectContaining({ code: 'ENCODING_TOO_LARGE' })

const SHORTEST = 'not in its shortest form'
const CUT_SHORT = 'the bytes end before the value does'

test.each([
  ['1817', SHORTEST, 'an integer that fits the first byte'],
  ['1900ff', SHORTEST, 'two bytes for 255'],
  ['1a0000ffff', SHORTEST, 'four bytes for 65,535'],
  ['1b00000000ffffffff', SHORTEST, 'eight bytes for 2^32-1'],
  ['3817', SHORTEST, 'a negative integer that fits the first byte'],
  ['580100', SHORTEST, 'a long head on bytes'],
  ['780161', SHORTEST, 'a long head on text'],
  ['980100', SHORTEST, 'a long head on an array'],
  ['b801616100', SHORTEST, 'a long head on a map'],
  ['a178016100', SHORTEST, 'a long head on a key'],
  ['1b0020000000000000', 'above 2^53-1', '2^53 as an integer'],
  ['3b001fffffffffffff', 'below -(2^53-1)', '-2^53 as an integer'],
  ['fa3fc00000', SHORTEST, '1.5 in four bytes'],
  ['fa33800000', SHORTEST, 'the smallest half float in four bytes'],
  ['fb3ff8000000000000', SHORTEST, '1.5 in eight bytes'],
  ['fb3ff8000020000000', SHORTEST, 'a single float in eight bytes'],
  ['fb4340000000000000', SHORTEST, '2^53 in eight bytes'],
  ['fb433fffffffffffff', 'an integer is written as a float', '2^53-1 as a float'],
  ['fa80000000', 'an integer is written as a float', 'minus zero in four bytes'],
  ['fb8000000000000000', 'an integer is written as a float', 'minus zero in eight bytes'],
  ['f97e01', 'NaN and infinity', 'NaN with a payload'],
  ['a2616201616101', 'map keys are not in order', 'the greater key first'],
  ['a262616101616201', 'map keys are not in order', 'the longer key first'],
  ['a2616101616102', 'a map key comes twice', 'the same key twice'],
  ['a260016001', 'a map key comes twice', 'the empty key twice'],
  ['a2695f5f70726f746f5f5f01695f5f70726f746f5f5f02', 'a map key comes twice', '__proto__ twice'],
  ['a10101', 'a map key is not text', 'an integer key'],
  ['a1416101', 'a map key is not text', 'a bytes key'],
  ['a18001', 'a map key is not text', 'an array key'],
  ['a1f601', 'a map key is not text', 'a null key'],
  ['62c328', 'UTF-8', 'a broken sequence'],
  ['62c080', 'UTF-8', 'an overlong zero'],
  ['63eda080', 'UTF-8', 'a surrogate'],
  ['66eda080edb080', 'UTF-8', 'a pair of surrogates'],
  ['64f4908080', 'UTF-8', 'a code point above U+10FFFF'],
  ['61ff', 'UTF-8', 'a byte that never occurs'],
  ['61c3', 'UTF-8', 'a sequence cut short by the length of its text'],
  ['a161ff00', 'UTF-8', 'a broken key'],
  ['c000', 'tags are not allowed', 'a tag'],
  ['d9d9f700', 'tags are not allowed', 'the tag that marks CBOR'],
  ['dfff', 'tags are not allowed', 'an indefinite tag'],
  ['e0', 'simple values', 'simple value 0'],
  ['f3', 'simple values', 'simple value 19'],
  ['f7', 'simple values', 'undefined'],
  ['f814', 'simple values', 'false in two bytes'],
  ['f820', 'simple values', 'simple value 32'],
  ['fc', 'simple values', 'a reserved float size'],
  ['ff', 'simple values', 'a break without a beginning'],
  ['5fff', 'indefinite', 'indefinite bytes'],
  ['7fff', 'indefinite', 'indefinite text'],
  ['9fff', 'indefinite', 'an indefinite array'],
  ['bfff', 'indefinite', 'an indefinite map'],
  ['1f', 'indefinite', 'an indefinite integer'],
  ['3f', 'indefinite', 'an indefinite negative integer'],
  ['1c', 'a reserved initial byte', 'reserved 28'],
  ['3d', 'a reserved initial byte', 'reserved 29'],
  ['5e', 'a reserved initial byte', 'reserved 30'],
  ['0000', 'bytes follow after the end', 'two values'],
  ['80f6', 'bytes follow after the end', 'a byte after an array'],
  ['', CUT_SHORT, 'nothing'],
  ['18', CUT_SHORT, 'a head without its argument'],
  ['1b00000001000000', CUT_SHORT, 'a head with a part of its argument'],
  ['420a', CUT_SHORT, 'bytes that are not there'],
  ['6261', CUT_SHORT, 'text that is not there'],
  ['8201', CUT_SHORT, 'an array without its last element'],
  ['a16161', CUT_SHORT, 'a key without a value'],
  ['a1', CUT_SHORT, 'a map without its pair'],
  ['f93c', CUT_SHORT, 'half of a half float'],
  ['fa3fc0', CUT_SHORT, 'half of a single float'],
  ['fb3ff80000', CUT_SHORT, 'half of a double float']
])('%s is refused because %s: %s', (hex, reason) => {
  expect(() => decodeHex(hex)).toThrow(invalid(reason))
})

test('an error says at which byte it was found', () => {
  expect(() => decodeHex('820161ff')).toThrow(expect.objectContaining({ details: { offset: 4 } }))
})

describe('maps', () => {
  test('may have a key named __proto__, which changes no prototype', () => {
    const map = decodeHex('a2616101695f5f70726f746f5f5fa16570616e696301')
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
    expect(Object.keys(Object(map))).toEqual(['a', '__proto__'])
    expect(Object.getOwnPropertyDescriptor(map, '__proto__')).toEqual({
      value: { panic: 1 },
      enumerable: true,
      configurable: true,
      writable: true
    })
  })

  test('may have the names of inherited properties as keys', () => {
    expect(decodeCbor(encodeCbor({ constructor: 1, toString: 2, hasOwnProperty: 3 }))).toEqual({
      constructor: 1,
      toString: 2,
      hasOwnProperty: 3
    })
  })
})

test('a byte order mark is part of the text', () => {
  expect(decodeHex('63efbbbf')).toBe('\u{feff}')
})

describe('the input', () => {
  test('may be a view into a larger buffer', () => {
    const whole = Uint8Array.of(0xff, 0x82, 0x01, 0x41, 0x07, 0xff)
    expect(decodeCbor(whole.subarray(1, 5))).toEqual([1, Uint8Array.of(7)])
  })

  test.each([
    ['a Uint8Array', Uint8Array.of(0x82, 0x41, 0x07, 0x61, 0x61)],
    ['a Buffer', Buffer.of(0x82, 0x41, 0x07, 0x61, 0x61)]
  ])('may be changed afterwards without changing the value: %s', (_, bytes) => {
    const value = decodeCbor(bytes)
    bytes.fill(0)
    expect(value).toStrictEqual([Uint8Array.of(7), 'a'])
  })

  test('has to be bytes', () => {
    expect(() => decodeCbor(JSON.parse('[0]'))).toThrow(TypeError)
  })
})

describe('limits', () => {
  const nested = (levels: number) => new Uint8Array(levels).fill(0x81, 0, levels - 1).fill(0x80, levels - 1)

  test('allow 64 levels and no more', () => {
    expect(() => decodeCbor(nested(FORMAT_LIMITS.cborDepthMax))).not.toThrow()
    expect(() => decodeCbor(nested(FORMAT_LIMITS.cborDepthMax + 1))).toThrow(tooLarge)
    expect(() => decodeCbor(nested(3), { depthMax: 2 })).toThrow(tooLarge)
  })

  test('may not allow more levels than the format', () => {
    expect(() => decodeCbor(nested(1), { depthMax: 1_000 })).toThrow(TypeError)
  })

  test('allow as many bytes as they say', () => {
    expect(decodeCbor(encodeCbor('four'), { bytesMax: 5 })).toBe('four')
    expect(() => decodeCbor(encodeCbor('four'), { bytesMax: 4 })).toThrow(tooLarge)
    expect(() => decodeCbor(new Uint8Array(FORMAT_LIMITS.cborBytesMax + 1))).toThrow(tooLarge)
  })

  test('count keys and values as items', () => {
    expect(decodeCbor(encodeCbor({ a: [1, 2] }), { itemsMax: 5 })).toEqual({ a: [1, 2] })
    expect(() => decodeCbor(encodeCbor({ a: [1, 2] }), { itemsMax: 4 })).toThrow(tooLarge)
  })
})
