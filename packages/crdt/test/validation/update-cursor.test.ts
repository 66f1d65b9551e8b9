import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { UpdateCursor } from '../../src/validation/update-cursor.ts'
import { bytesOf } from './write-update.ts'

const TRUNCATED = expect.objectContaining({ code: 'UPDATE_TRUNCATED' })
const MALFORMED = expect.objectContaining({ code: 'UPDATE_MALFORMED' })

const number = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(300),
  fc.nat(52).map((bits) => 2 ** (bits + 1) - 1)
)
const uint = (value: number) => bytesOf((encoder) => encoding.writeVarUint(encoder, value))
const int = (value: number) => bytesOf((encoder) => encoding.writeVarInt(encoder, value))
const text = (value: string) => bytesOf((encoder) => encoding.writeVarString(encoder, value))

describe('a number', () => {
  test('is read as lib0 writes it', () => {
    fc.assert(
      fc.property(number, fc.boolean(), (value, isNegative) => {
        expect(new UpdateCursor(uint(value)).readUint()).toBe(value)
        const signed = isNegative ? -value : value
        expect(new UpdateCursor(int(signed)).readInt()).toBe(signed)
      })
    )
  })

  test('that ends early is truncated', () => {
    fc.assert(
      fc.property(number, fc.nat(), (value, length) => {
        const bytes = uint(value)
        const cursor = new UpdateCursor(bytes.subarray(0, length % bytes.length))
        expect(() => cursor.readUint()).toThrow(TRUNCATED)
      })
    )
  })

  test.each([
    ['0 in two bytes', [0x80, 0]],
    ['127 in two bytes', [0xff, 0]],
    ['2^27 in six bytes', [0x80, 0x80, 0x80, 0xc0, 0x80, 0]],
    ['2^56 - 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a number of nine bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]]
  ])('is not %s', (_what, bytes) => {
    expect(() => new UpdateCursor(Uint8Array.from(bytes)).readUint()).toThrow(MALFORMED)
    expect(() => new UpdateCursor(Uint8Array.from(bytes)).readInt()).toThrow(MALFORMED)
  })
})

test('the largest number is 2^53 - 1', () => {
  const largest = uint(Number.MAX_SAFE_INTEGER)
  expect([...largest]).toEqual([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])
  const next = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]
  expect(() => new UpdateCursor(Uint8Array.from(next)).readUint()).toThrow(MALFORMED)
})

describe('a text', () => {
  test('has the length in UTF-16 units that JavaScript gives it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
        const cursor = new UpdateCursor(text(value))
        expect(cursor.skipText()).toBe(value.length)
        expect(cursor.bytesLeft).toBe(0)
        expect(new UpdateCursor(text(value)).readText()).toBe(value)
      })
    )
  })

  test('with a byte order mark keeps it', () => {
    expect(new UpdateCursor(text('\ufeffa')).readText()).toBe('\ufeffa')
  })

  test.each([
    ['half a character', [1, 0xc3]],
    ['a character spelled too long', [2, 0xc0, 0x80]],
    ['half a surrogate pair', [3, 0xed, 0xa0, 0x80]]
  ])('is not %s', (_what, bytes) => {
    expect(() => new UpdateCursor(Uint8Array.from(bytes)).skipText()).toThrow(MALFORMED)
  })

  test('that claims more bytes than there are is truncated', () => {
    const bytes = bytesOf((encoder) => encoding.writeVarUint(encoder, Number.MAX_SAFE_INTEGER))
    expect(() => new UpdateCursor(bytes).skipText()).toThrow(TRUNCATED)
    expect(() => new UpdateCursor(bytes).readText()).toThrow(TRUNCATED)
  })

  test('is recognised only whole', () => {
    expect(new UpdateCursor(text('body')).skipIfText('body')).toBe(true)
    expect(new UpdateCursor(text('bode')).skipIfText('body')).toBe(false)
    expect(new UpdateCursor(text('bodyx')).skipIfText('body')).toBe(false)
    expect(new UpdateCursor(text('body').subarray(0, 4)).skipIfText('body')).toBe(false)
  })
})

test('a float that ends early is truncated', () => {
  expect(() => new UpdateCursor(new Uint8Array(3)).readFloat32()).toThrow(TRUNCATED)
  expect(() => new UpdateCursor(new Uint8Array(7)).readFloat64()).toThrow(TRUNCATED)
})

test('bytes inside a larger buffer are read from where they begin', () => {
  const whole = bytesOf((encoder) => {
    encoding.writeFloat64(encoder, 1)
    encoding.writeFloat64(encoder, 2.5)
  })
  expect(new UpdateCursor(whole.subarray(8)).readFloat64()).toBe(2.5)
})
