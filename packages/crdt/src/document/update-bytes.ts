import type { JsonValue } from '@hcfs/core'
import { ByteSlab } from '@hcfs/core'

const BUFFER_BYTES_START = 4_096
/** A buffer that grew beyond this is not used again, so that one large context does not hold memory for ever. */
const BUFFER_BYTES_KEPT_MAX = 256 * 1_024
const UINT_BYTES_MAX = 8
const UTF8_BYTES_PER_UNIT_MAX = 3
/** Up to here a loop over the characters is faster than a call of `TextEncoder`. */
const LOOPED_TEXT_LENGTH_MAX = 48

/** How lib0 marks what kind of value follows. */
const ARRAY = 117
const OBJECT = 118
const STRING = 119
const TRUE = 120
const FALSE = 121
const DOUBLE_FLOAT = 123
const SINGLE_FLOAT = 124
const INTEGER = 125
const NULL = 126
const INTEGER_MAX = 2 ** 31 - 1

const utf8 = new TextEncoder()

/**
 * Writes what the update format V1 of Yjs is made of, byte for byte as lib0
 * does. lib0 goes through a function call for each byte and a new buffer for each
 * update; this keeps one buffer, and copies text and bytes whole.
 */
export class UpdateBytes {
  #buffer = new Uint8Array(BUFFER_BYTES_START)
  #view = new DataView(this.#buffer.buffer)
  #length = 0
  readonly #slab = new ByteSlab()

  /** Forgets what was written: the next update begins. */
  start(): void {
    this.#length = 0
    if (this.#buffer.length > BUFFER_BYTES_KEPT_MAX) this.#replaceBuffer(BUFFER_BYTES_START)
  }

  /** What was written since `start`; it belongs to the caller. */
  copy(): Uint8Array {
    const copy = this.#slab.carve(this.#length)
    copy.set(this.#buffer.subarray(0, this.#length))
    return copy
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length] = value
    this.#length += 1
  }

  /** Seven bits a byte, the lowest first. */
  uint(value: number): void {
    this.#reserve(UINT_BYTES_MAX)
    let rest = value
    while (rest > 0x7f) {
      this.#buffer[this.#length] = 0x80 | (rest % 0x80)
      this.#length += 1
      rest = Math.floor(rest / 0x80)
    }
    this.#buffer[this.#length] = rest
    this.#length += 1
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Bytes, or the UTF-8 of a text, behind their length. */
  bytes(bytes: Uint8Array): void {
    this.uint(bytes.length)
    this.raw(bytes)
  }

  text(text: string): void {
    if (text.length <= LOOPED_TEXT_LENGTH_MAX && this.#placeAscii(text)) return
    this.#reserve(text.length * UTF8_BYTES_PER_UNIT_MAX)
    // Behind what is written so far there is room; the length has to stand before.
    const { written } = utf8.encodeInto(text, this.#buffer.subarray(this.#length + UINT_BYTES_MAX))
    const from = this.#length + UINT_BYTES_MAX
    this.uint(written)
    this.#buffer.copyWithin(this.#length, from, from + written)
    this.#length += written
  }

  value(value: JsonValue): void {
    if (typeof value === 'string') {
      this.byte(STRING)
      this.text(value)
    } else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'boolean') this.byte(value ? TRUE : FALSE)
    else if (value === null) this.byte(NULL)
    else if (Array.isArray(value)) this.#array(value)
    else this.#object(value as { readonly [key: string]: JsonValue })
  }

  #array(values: readonly JsonValue[]): void {
    this.byte(ARRAY)
    this.uint(values.length)
    for (const value of values) this.value(value)
  }

  #object(object: { readonly [key: string]: JsonValue }): void {
    const keys = Object.keys(object)
    this.byte(OBJECT)
    this.uint(keys.length)
    for (const key of keys) {
      this.text(key)
      this.value(object[key]!)
    }
  }

  #number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX) {
      this.byte(INTEGER)
      this.#signed(value)
      return
    }
    const isSingle = Math.fround(value) === value
    this.byte(isSingle ? SINGLE_FLOAT : DOUBLE_FLOAT)
    this.#reserve(8)
    if (isSingle) this.#view.setFloat32(this.#length, value)
    else this.#view.setFloat64(this.#length, value)
    this.#length += isSingle ? 4 : 8
  }

  /** Six bits and the sign, then seven bits a byte. */
  #signed(value: number): void {
    const isNegative = value < 0 || Object.is(value, -0)
    const size = Math.abs(value)
    this.byte((size > 0x3f ? 0x80 : 0) | (isNegative ? 0x40 : 0) | (size & 0x3f))
    if (size > 0x3f) this.uint(size >>> 6)
  }

  /** False when a character is not ASCII; nothing is written then. */
  #placeAscii(text: string): boolean {
    // Such a short text has a length of one byte.
    this.#reserve(1 + text.length)
    const from = this.#length + 1
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      if (unit >= 0x80) return false
      this.#buffer[from + index] = unit
    }
    this.#buffer[this.#length] = text.length
    this.#length = from + text.length
    return true
  }

  /** Room for so many bytes, and a length before them. */
  #reserve(bytes: number): void {
    const needed = this.#length + bytes + UINT_BYTES_MAX
    if (needed > this.#buffer.length) this.#replaceBuffer(Math.max(needed, 2 * this.#buffer.length))
  }

  #replaceBuffer(size: number): void {
    const buffer = new Uint8Array(size)
    buffer.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = buffer
    this.#view = new DataView(buffer.buffer)
  }
}
