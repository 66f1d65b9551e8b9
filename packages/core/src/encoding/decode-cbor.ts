import { HcfsError } from '../errors/hcfs-error.ts'
import type { CborMap, CborValue } from './cbor-value.ts'
import type { CborLimits, ResolvedCborLimits } from './encoding-limits.ts'
import { resolveCborLimits, tooDeep, tooManyBytes, tooManyItems } from './encoding-limits.ts'
import { halfFloatBits, halfFloatValue } from './half-float.ts'
import {
  ARRAY,
  BYTES,
  DOUBLE_FLOAT,
  EIGHT_BYTES,
  FALSE,
  FOUR_BYTES,
  HALF_FLOAT,
  INDEFINITE,
  MAP,
  NEGATIVE,
  NULL,
  ONE_BYTE,
  SINGLE_FLOAT,
  TAG,
  TEXT,
  TRUE,
  TWO_BYTES,
  UNSIGNED
} from './initial-byte.ts'

const MAJOR_MASK = 0xe0
const INFO_MASK = 0x1f
const TWO_TO_32 = 2 ** 32
/**
 * Up to here a loop over the characters is faster than a call of `TextDecoder`. Not more: from 13 characters on
 * V8 joins by a rope, which takes a multiple of the memory of the text for as long as it lives.
 */
const LOOPED_TEXT_BYTES_MAX = 12

// ignoreBOM keeps a leading U+FEFF in the text; without it two encodings would decode to one value.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads what `encodeCbor` writes and nothing else: for every accepted input,
 * encoding the result gives the same bytes again.
 *
 * The bytes may come from anybody. Whatever they are, this returns a value or
 * throws an `HcfsError`: `ENCODING_INVALID` with the offset, or
 * `ENCODING_TOO_LARGE`. Lengths that the input claims are checked against the
 * bytes that are left before anything is allocated.
 *
 * Nothing in the result shares memory with `bytes`: a network buffer that is
 * used again must not change a value whose hash was already checked.
 * Maps are plain objects, as from `JSON.parse`: ask for a key that a peer
 * chose with `Object.hasOwn`.
 */
export function decodeCbor(bytes: Uint8Array, limits?: CborLimits): CborValue {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('decodeCbor takes a Uint8Array')
  return new Decoder(plainBytes(bytes), resolveCborLimits(limits)).decode()
}

class Decoder {
  readonly #bytes: Uint8Array
  readonly #limits: ResolvedCborLimits
  #offset = 0
  #depth = 0
  #itemsLeft: number

  constructor(bytes: Uint8Array, limits: ResolvedCborLimits) {
    this.#bytes = bytes
    this.#limits = limits
    this.#itemsLeft = limits.itemsMax
  }

  decode(): CborValue {
    if (this.#bytes.length > this.#limits.bytesMax) throw tooManyBytes(this.#limits.bytesMax)
    const value = this.#readValue()
    if (this.#offset !== this.#bytes.length) throw this.#invalid('bytes follow after the end of the value')
    return value
  }

  #readValue(): CborValue {
    const initialByte = this.#readInitialByte()
    const info = initialByte & INFO_MASK
    switch (initialByte & MAJOR_MASK) {
      case UNSIGNED:
        return this.#readArgument(info)
      case NEGATIVE:
        return this.#readNegative(info)
      case BYTES:
        return this.#readBytes(this.#readLength(info))
      case TEXT:
        return this.#readText(this.#readLength(info))
      case ARRAY:
        return this.#readArray(this.#readLength(info))
      case MAP:
        return this.#readMap(this.#readLength(info))
      case TAG:
        throw this.#invalid('tags are not allowed')
      default:
        return this.#readSimpleOrFloat(initialByte)
    }
  }

  #readInitialByte(): number {
    if (this.#itemsLeft === 0) throw tooManyItems(this.#limits.itemsMax)
    this.#itemsLeft -= 1
    const initialByte = this.#bytes[this.#offset]
    if (initialByte === undefined) throw this.#cutShort()
    this.#offset += 1
    return initialByte
  }

  #readNegative(info: number): number {
    const value = -1 - this.#readArgument(info)
    if (!Number.isSafeInteger(value)) throw this.#invalid('an integer below -(2^53-1)')
    return value
  }

  /** The number of bytes, elements or pairs to come. Each takes at least one byte, so a false claim fails here. */
  #readLength(info: number): number {
    const length = this.#readArgument(info)
    if (length > this.#bytes.length - this.#offset) throw this.#cutShort()
    return length
  }

  #readArgument(info: number): number {
    if (info < ONE_BYTE) return info
    switch (info) {
      case ONE_BYTE:
        return this.#shortest(this.#readUint(1), ONE_BYTE)
      case TWO_BYTES:
        return this.#shortest(this.#readUint(2), 0x100)
      case FOUR_BYTES:
        return this.#shortest(this.#readUint(4), 0x10000)
      case EIGHT_BYTES:
        return this.#shortest(this.#readUint(4) * TWO_TO_32 + this.#readUint(4), TWO_TO_32)
      case INDEFINITE:
        throw this.#invalid('indefinite lengths are not allowed')
      default:
        throw this.#invalid('a reserved initial byte')
    }
  }

  #shortest(argument: number, min: number): number {
    if (argument < min) throw this.#invalid('a number or length is not in its shortest form')
    if (argument > Number.MAX_SAFE_INTEGER) throw this.#invalid('a number or length above 2^53-1')
    return argument
  }

  #readUint(size: number): number {
    const end = this.#offset + size
    if (end > this.#bytes.length) throw this.#cutShort()
    let value = 0
    for (let index = this.#offset; index < end; index += 1) value = value * 0x100 + (this.#bytes[index] ?? 0)
    this.#offset = end
    return value
  }

  #readBytes(length: number): Uint8Array {
    const start = this.#offset
    this.#offset += length
    return this.#bytes.slice(start, this.#offset)
  }

  #readText(length: number): string {
    const start = this.#offset
    this.#offset += length
    const ascii = length <= LOOPED_TEXT_BYTES_MAX ? this.#shortAscii(start) : undefined
    if (ascii !== undefined) return ascii
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#offset))
    } catch (cause) {
      throw this.#invalid('text is not well-formed UTF-8', cause)
    }
  }

  #shortAscii(start: number): string | undefined {
    let text = ''
    for (let index = start; index < this.#offset; index += 1) {
      const unit = this.#bytes[index] ?? 0
      if (unit >= 0x80) return undefined
      text += String.fromCharCode(unit)
    }
    return text
  }

  #readArray(length: number): CborValue[] {
    this.#enter()
    const values: CborValue[] = []
    for (let index = 0; index < length; index += 1) values.push(this.#readValue())
    this.#depth -= 1
    return values
  }

  #readMap(length: number): CborMap {
    this.#enter()
    const map: Record<string, CborValue> = {}
    let previousStart = this.#offset
    for (let index = 0; index < length; index += 1) {
      const start = this.#offset
      const key = this.#readKey()
      if (index > 0) this.#checkKeyOrder(previousStart, start)
      previousStart = start
      setOwn(map, key, this.#readValue())
    }
    this.#depth -= 1
    return map
  }

  #readKey(): string {
    const initialByte = this.#readInitialByte()
    if ((initialByte & MAJOR_MASK) !== TEXT) throw this.#invalid('a map key is not text')
    return this.#readText(this.#readLength(initialByte & INFO_MASK))
  }

  /** Compares the bytes of two encoded keys: strictly rising, so none comes twice. */
  #checkKeyOrder(previousStart: number, start: number): void {
    const bytes = this.#bytes
    for (let index = 0; start + index < this.#offset; index += 1) {
      const difference = (bytes[start + index] ?? 0) - (bytes[previousStart + index] ?? 0)
      if (difference > 0) return
      if (difference < 0) throw this.#invalid('map keys are not in order')
    }
    throw this.#invalid('a map key comes twice')
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > this.#limits.depthMax) throw tooDeep(this.#limits.depthMax)
  }

  #readSimpleOrFloat(initialByte: number): CborValue {
    switch (initialByte) {
      case FALSE:
        return false
      case TRUE:
        return true
      case NULL:
        return null
      case HALF_FLOAT:
        return this.#checkedFloat(halfFloatValue(this.#readUint(2)), false)
      case SINGLE_FLOAT: {
        const value = this.#floatView(4).getFloat32(0)
        return this.#checkedFloat(value, halfFloatBits(value) !== undefined)
      }
      case DOUBLE_FLOAT: {
        const value = this.#floatView(8).getFloat64(0)
        return this.#checkedFloat(value, Math.fround(value) === value)
      }
      default:
        throw this.#invalid('simple values other than false, true and null are not allowed')
    }
  }

  #checkedFloat(value: number, fitsShorter: boolean): number {
    if (!Number.isFinite(value)) throw this.#invalid('NaN and infinity are not allowed')
    if (Number.isSafeInteger(value)) throw this.#invalid('an integer is written as a float')
    if (fitsShorter) throw this.#invalid('a float is not in its shortest form')
    return value
  }

  #floatView(size: number): DataView {
    if (this.#offset + size > this.#bytes.length) throw this.#cutShort()
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#offset, size)
    this.#offset += size
    return view
  }

  #cutShort(): HcfsError {
    return this.#invalid('the bytes end before the value does')
  }

  #invalid(what: string, cause?: unknown): HcfsError {
    return new HcfsError('ENCODING_INVALID', `Not a canonical encoding, at byte ${this.#offset}: ${what}`, {
      details: { offset: this.#offset },
      cause
    })
  }
}

/** A `Buffer` is a `Uint8Array` whose `slice` shares memory, so it is looked at as what it extends. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Assigning to '__proto__' would replace the prototype instead of storing the value. */
function setOwn(map: Record<string, CborValue>, key: string, value: CborValue): void {
  if (key !== '__proto__') map[key] = value
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}
