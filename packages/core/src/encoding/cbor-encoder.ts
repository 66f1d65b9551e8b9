import { HcfsError } from '../errors/hcfs-error.ts'
import type { CborMap, CborValue } from './cbor-value.ts'
import type { ResolvedCborLimits } from './encoding-limits.ts'
import { resolveCborLimits, tooDeep, tooManyBytes, tooManyItems } from './encoding-limits.ts'
import { halfFloatBits } from './half-float.ts'
import {
  ARRAY,
  BYTES,
  DOUBLE_FLOAT,
  EIGHT_BYTES,
  FALSE,
  FOUR_BYTES,
  HALF_FLOAT,
  MAP,
  NEGATIVE,
  NULL,
  ONE_BYTE,
  SINGLE_FLOAT,
  TEXT,
  TRUE,
  TWO_BYTES,
  UNSIGNED
} from './initial-byte.ts'
import { compareKeys } from './key-order.ts'

const BUFFER_BYTES_START = 4_096
/** An encoder that grew beyond this is not used again, so that one large value does not hold memory for ever. */
const BUFFER_BYTES_KEPT_MAX = 256 * 1024
const HEAD_BYTES_MAX = 9
const UTF8_BYTES_PER_UNIT_MAX = 3
/** Longer text is encoded apart: in place, room for the worst case would triple the buffer. */
const TEXT_LENGTH_IN_PLACE_MAX = 64 * 1024
/** Up to here a loop over the characters is faster than a call of `TextEncoder`. */
const LOOPED_TEXT_LENGTH_MAX = 48
const TWO_TO_32 = 2 ** 32

const utf8 = new TextEncoder()

/**
 * Writes one value at a time into a buffer that is kept between calls.
 *
 * `borrow` takes the shared encoder away while it is in use, because a getter in
 * the value may itself encode something.
 */
export class CborEncoder {
  static #idle: CborEncoder | undefined

  #buffer = new Uint8Array(BUFFER_BYTES_START)
  #view = new DataView(this.#buffer.buffer)
  #length = 0
  #depth = 0
  #itemsLeft = 0
  #limits: ResolvedCborLimits = resolveCborLimits(undefined)

  static borrow(): CborEncoder {
    const encoder = CborEncoder.#idle ?? new CborEncoder()
    CborEncoder.#idle = undefined
    return encoder
  }

  giveBack(): void {
    if (this.#buffer.length <= BUFFER_BYTES_KEPT_MAX) CborEncoder.#idle = this
  }

  /** The encoding, valid until this encoder is given back or used again. */
  encode(value: CborValue, limits: ResolvedCborLimits): Uint8Array {
    this.#limits = limits
    this.#length = 0
    this.#depth = 0
    this.#itemsLeft = limits.itemsMax
    this.#writeValue(value)
    if (this.#length > limits.bytesMax) throw tooManyBytes(limits.bytesMax)
    return this.#buffer.subarray(0, this.#length)
  }

  #writeValue(value: CborValue): void {
    if (typeof value === 'string') this.#writeText(value)
    else if (typeof value === 'number') this.#writeNumber(value)
    else if (typeof value === 'boolean') this.#writeInitialByte(value ? TRUE : FALSE)
    else if (typeof value === 'object') this.#writeObject(value)
    else throw invalid(`A value of type ${typeof value} cannot be encoded: leave it out or convert it`)
  }

  #writeObject(value: null | Uint8Array | readonly CborValue[] | CborMap): void {
    if (value === null) this.#writeInitialByte(NULL)
    else if (value instanceof Uint8Array) this.#writeBytes(value)
    else if (isArray(value)) this.#writeArray(value)
    else this.#writeMap(value)
  }

  #writeArray(values: readonly CborValue[]): void {
    this.#enter()
    // By index, so that a hole is met, as undefined, and refused; the length once, so that head and elements agree.
    const { length } = values
    this.#writeHead(ARRAY, length)
    for (let index = 0; index < length; index += 1) this.#writeValue(values[index] as CborValue)
    this.#depth -= 1
  }

  #writeMap(map: CborMap): void {
    const prototype: unknown = Object.getPrototypeOf(map)
    if (prototype !== Object.prototype && prototype !== null) {
      throw invalid('Only plain objects can be encoded: convert the class instance first')
    }
    this.#enter()
    const keys = Object.keys(map)
    if (keys.length > 1) keys.sort(compareKeys)
    this.#writeHead(MAP, keys.length)
    for (const key of keys) {
      this.#writeText(key)
      this.#writeValue(map[key] as CborValue)
    }
    this.#depth -= 1
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > this.#limits.depthMax) throw tooDeep(this.#limits.depthMax)
  }

  #writeBytes(bytes: Uint8Array): void {
    this.#writeHead(BYTES, bytes.length)
    this.#append(bytes)
  }

  #writeText(text: string): void {
    if (text.length > LOOPED_TEXT_LENGTH_MAX || !this.#placeAscii(text)) this.#writeUtf8(text)
    else {
      this.#writeHead(TEXT, text.length)
      this.#length += text.length
    }
  }

  /** Puts the characters where they belong once the head is written; false when one is not ASCII. */
  #placeAscii(text: string): boolean {
    this.#reserve(HEAD_BYTES_MAX + text.length)
    const buffer = this.#buffer
    const start = this.#length + headBytes(text.length)
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      if (unit >= 0x80) return false
      buffer[start + index] = unit
    }
    return true
  }

  #writeUtf8(text: string): void {
    if (!text.isWellFormed()) throw invalid('Text with a lone surrogate cannot be encoded: use toWellFormed() first')
    if (text.length <= TEXT_LENGTH_IN_PLACE_MAX) this.#writeUtf8InPlace(text)
    else {
      const bytes = utf8.encode(text)
      this.#writeHead(TEXT, bytes.length)
      this.#append(bytes)
    }
  }

  /** The length in bytes is known only after writing, and the head before it may turn out longer than guessed. */
  #writeUtf8InPlace(text: string): void {
    this.#reserve(HEAD_BYTES_MAX + text.length * UTF8_BYTES_PER_UNIT_MAX)
    const guessed = this.#length + headBytes(text.length)
    const { written } = utf8.encodeInto(text, this.#buffer.subarray(guessed))
    const head = headBytes(written)
    if (this.#length + head !== guessed) this.#buffer.copyWithin(this.#length + head, guessed, guessed + written)
    this.#writeHead(TEXT, written)
    this.#length += written
  }

  #writeNumber(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= 0) this.#writeHead(UNSIGNED, value)
      else this.#writeHead(NEGATIVE, -1 - value)
    } else if (Number.isFinite(value)) this.#writeFloat(value)
    else throw invalid('NaN and infinity cannot be encoded: use null or leave the value out')
  }

  /** The shortest of the three sizes that holds the value exactly. */
  #writeFloat(value: number): void {
    const half = halfFloatBits(value)
    if (half !== undefined) {
      this.#writeInitialByte(HALF_FLOAT)
      this.#view.setUint16(this.#length, half)
      this.#length += 2
    } else if (Math.fround(value) === value) {
      this.#writeInitialByte(SINGLE_FLOAT)
      this.#view.setFloat32(this.#length, value)
      this.#length += 4
    } else {
      this.#writeInitialByte(DOUBLE_FLOAT)
      this.#view.setFloat64(this.#length, value)
      this.#length += 8
    }
  }

  /** The type of an item with its argument, in the fewest bytes. */
  #writeHead(major: number, argument: number): void {
    if (argument < ONE_BYTE) this.#writeInitialByte(major | argument)
    else this.#writeLongHead(major, argument)
  }

  #writeLongHead(major: number, argument: number): void {
    if (argument < 0x100) {
      this.#writeInitialByte(major | ONE_BYTE)
      this.#view.setUint8(this.#length, argument)
      this.#length += 1
    } else if (argument < 0x10000) {
      this.#writeInitialByte(major | TWO_BYTES)
      this.#view.setUint16(this.#length, argument)
      this.#length += 2
    } else if (argument < TWO_TO_32) {
      this.#writeInitialByte(major | FOUR_BYTES)
      this.#view.setUint32(this.#length, argument)
      this.#length += 4
    } else {
      this.#writeInitialByte(major | EIGHT_BYTES)
      this.#view.setUint32(this.#length, Math.floor(argument / TWO_TO_32))
      this.#view.setUint32(this.#length + 4, argument % TWO_TO_32)
      this.#length += 8
    }
  }

  /** Every item begins here, so here the items are counted and the space for the longest head is made. */
  #writeInitialByte(initialByte: number): void {
    if (this.#itemsLeft === 0) throw tooManyItems(this.#limits.itemsMax)
    this.#itemsLeft -= 1
    this.#reserve(HEAD_BYTES_MAX)
    this.#buffer[this.#length] = initialByte
    this.#length += 1
  }

  #append(bytes: Uint8Array): void {
    // Before the buffer grows: one huge element must not be copied only to be refused.
    if (this.#length + bytes.length > this.#limits.bytesMax) throw tooManyBytes(this.#limits.bytesMax)
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.#buffer.length) this.#grow(this.#length + bytes)
  }

  #grow(bytesMin: number): void {
    if (this.#length > this.#limits.bytesMax) throw tooManyBytes(this.#limits.bytesMax)
    const grown = new Uint8Array(Math.max(bytesMin, this.#buffer.length * 2))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }
}

function headBytes(argument: number): number {
  if (argument < ONE_BYTE) return 1
  if (argument < 0x100) return 2
  if (argument < 0x10000) return 3
  return argument < TWO_TO_32 ? 5 : 9
}

/** `Array.isArray` forgets that an array can be read-only. */
function isArray(value: readonly CborValue[] | CborMap): value is readonly CborValue[] {
  return Array.isArray(value)
}

function invalid(message: string): HcfsError {
  return new HcfsError('ENCODING_INVALID', message)
}
