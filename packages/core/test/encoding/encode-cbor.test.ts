import { describe, expect, test } from 'vitest'
import { CborEncoder } from '../../src/encoding/cbor-encoder.ts'
import type { CborValue } from '../../src/encoding/cbor-value.ts'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { resolveCborLimits } from '../../src/encoding/encoding-limits.ts'
import { bytesToHex } from '../../src/ids/hex.ts'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'

const LIMITS = resolveCborLimits(undefined)

const hexOf = (value: CborValue): string => bytesToHex(encodeCbor(value))

/** What JavaScript callers can pass although the types say no. */
const encodeAnything = (value: unknown) => () => encodeCbor(value as CborValue)

const invalid = expect.objectContaining({ code: 'ENCODING_INVALID' })
const tooLarge = expect.objectContaining({ code: 'ENCODING_TOO_LARGE' })

function nested(levels: number): CborValue {
  let value: CborValue = 0
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

describe('numbers', () => {
  test('whole numbers up to 2^53-1 are integers, however they were computed', () => {
    expect(hexOf(2 ** 53 - 1)).toBe('1b001fffffffffffff')
    expect(hexOf(-(2 ** 53 - 1))).toBe('3b001ffffffffffffe')
    expect(hexOf(0.5 + 0.5)).toBe('01')
  })

  test('whole numbers beyond are floats', () => {
    expect(hexOf(2 ** 53)).toBe('fa5a000000')
    expect(hexOf(-(2 ** 53))).toBe('fada000000')
  })

  test('minus zero is zero', () => {
    expect(hexOf(-0)).toBe('00')
  })
})

describe('maps', () => {
  test('have one encoding, whatever the order of insertion', () => {
    expect(hexOf({ b: 1, aa: 2, a: 3 })).toBe(hexOf({ a: 3, b: 1, aa: 2 }))
    expect(hexOf({ b: 1, aa: 2, a: 3 })).toBe('a361610361620162616102')
  })

  test('sort keys by UTF-8 bytes, not by UTF-16 units', () => {
    expect(hexOf({ '\u{10000}': 1, '\u{ffff}a': 0 })).toBe('a264efbfbf610064f090808001')
  })

  test('may be without a prototype', () => {
    expect(hexOf(Object.assign(Object.create(null), { a: 1 }))).toBe('a1616101')
  })

  test('carry a key named __proto__ as any other', () => {
    expect(hexOf(JSON.parse('{"__proto__":1}'))).toBe('a1695f5f70726f746f5f5f01')
  })

  test('leave out what is inherited', () => {
    expect(hexOf(Object.defineProperty({ a: 1 }, 'hidden', { value: 2, enumerable: false }))).toBe('a1616101')
  })
})

describe('text', () => {
  test('turns from one byte to two after U+007F', () => {
    expect(hexOf('\u{7f}')).toBe('617f')
    expect(hexOf('\u{80}')).toBe('62c280')
  })

  test('arrives whole wherever the buffer ends', () => {
    const text = '水'.repeat(30)
    for (let length = 3_900; length < 4_120; length += 1) {
      const encoding = new CborEncoder().encode([new Uint8Array(length), text, text.slice(0, 3), 'a', 1.1], LIMITS)
      expect(decodeCbor(encoding)).toEqual([new Uint8Array(length), text, text.slice(0, 3), 'a', 1.1])
    }
  })
})

describe('byte strings', () => {
  test('may be Buffers or views into a larger buffer', () => {
    const whole = Uint8Array.of(0, 1, 2, 3)
    expect(hexOf(Buffer.from(whole.buffer, 1, 2))).toBe('420102')
    expect(hexOf(whole.subarray(1, 3))).toBe('420102')
  })

  test('longer than the buffer arrive whole', () => {
    const bytes = new Uint8Array(300_000).fill(7)
    const encoding = encodeCbor(bytes)
    expect(bytesToHex(encoding.subarray(0, 5))).toBe('5a000493e0')
    expect(encoding.subarray(5)).toEqual(bytes)
  })
})

describe('a value that has no encoding is refused', () => {
  const classInstance = new (class Point {
    x = 1
  })()

  test.each([
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a hole in an array', new Array(1)],
    ['an undefined property', { a: undefined }],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a date', new Date(0)],
    ['a Map', new Map()],
    ['a class instance', classInstance],
    ['an error', new Error('e')],
    ['another typed array', new Uint16Array(1)],
    ['a clamped array', new Uint8ClampedArray(1)],
    ['signed bytes', new Int8Array(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a boxed number', Object(1)],
    ['a lone high surrogate', '\u{d800}'],
    ['a lone low surrogate in long text', `${'a'.repeat(100)}\u{dc00}`],
    ['a lone surrogate in a key', { '\u{d800}': 1 }]
  ])('%s', (_, value) => {
    expect(encodeAnything(value)).toThrow(invalid)
  })
})

describe('limits', () => {
  test('allow as many levels as the decoder does, and no more', () => {
    expect(encodeAnything(nested(FORMAT_LIMITS.cborDepthMax))).not.toThrow()
    expect(encodeAnything(nested(FORMAT_LIMITS.cborDepthMax + 1))).toThrow(tooLarge)
  })

  test('end a value that contains itself', () => {
    const cyclic: unknown[] = []
    cyclic.push({ cyclic })
    expect(encodeAnything(cyclic)).toThrow(tooLarge)
  })

  test('end a value whose parts are used so often that it would never end', () => {
    let doubling: CborValue = []
    for (let level = 0; level < 60; level += 1) doubling = [doubling, doubling]
    expect(encodeAnything(doubling)).toThrow(tooLarge)
  })

  test('count map keys as values', () => {
    const { cborItemsMax } = FORMAT_LIMITS
    expect(encodeAnything(new Array(cborItemsMax - 1).fill(0))).not.toThrow()
    expect(encodeAnything(new Array(cborItemsMax).fill(0))).toThrow(tooLarge)
    expect(() => encodeCbor({ a: 1 }, { itemsMax: 2 })).toThrow(tooLarge)
  })

  test.each([
    ['bytes', (length: number) => new Uint8Array(length)],
    ['ASCII text', (length: number) => 'a'.repeat(length)],
    ['other text', (length: number) => 'é'.repeat(length / 2)],
    ['texts', (length: number) => [...new Array(length / 256 - 1).fill('a'.repeat(254)), 'a'.repeat(254)]]
  ])('a value of exactly bytesMax passes, one byte more does not: %s', (_, valueOfLength) => {
    const value = valueOfLength(256 * 1024)
    const { length } = encodeCbor(value)
    expect(encodeCbor(value, { bytesMax: length })).toHaveLength(length)
    expect(() => encodeCbor(value, { bytesMax: length - 1 })).toThrow(tooLarge)
  })

  test('may not allow more levels than the format', () => {
    expect(() => encodeCbor(1, { depthMax: 65 })).toThrow(TypeError)
  })

  test.each(['bytesMax', 'depthMax', 'itemsMax'])('have to be whole numbers: %s', (name) => {
    for (const limit of [Number.NaN, -1, 1.5]) expect(() => encodeCbor(1, { [name]: limit })).toThrow(TypeError)
  })
})

describe('calls do not disturb one another', () => {
  test('the result stays as it is when something else is encoded', () => {
    const first = encodeCbor(['first', 1])
    const copy = first.slice()
    encodeCbor(['second', 2])
    expect(first).toEqual(copy)
    expect(first.buffer.byteLength).toBe(first.length)
  })

  test('a refused value leaves nothing behind', () => {
    expect(encodeAnything([[['a', undefined]]])).toThrow(invalid)
    expect(hexOf([1])).toBe('8101')
  })

  test('a getter may encode while its object is being encoded', () => {
    const value = {
      a: 1,
      get b() {
        return encodeCbor(['inner'])
      },
      c: 3
    }
    expect(hexOf(value)).toBe(hexOf({ a: 1, b: encodeCbor(['inner']), c: 3 }))
  })

  test('an array that grows while it is encoded keeps the length of its head', () => {
    const value: CborValue[] = [1, 2]
    Object.defineProperty(value, 0, { get: () => value.push(9), enumerable: true })
    expect(hexOf(value)).toBe('820302')
  })
})
