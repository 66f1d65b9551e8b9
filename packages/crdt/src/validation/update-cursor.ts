import type { HcfsError } from '@hcfs/core'
import type { UpdateErrorCode } from './update-refusal.ts'
import { updateRefusal } from './update-refusal.ts'

/** How many bits of a number each byte holds; the eighth says that more follow. */
const GROUP_BITS = 7

/** Up to here our own loop is faster than calling the decoder. */
const LOOP_BYTES_MAX = 192

// The very decoder that Yjs uses, so that what it would throw on is refused here.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the parts that a V1 update is made of.
 *
 * 1. It never reads past the end: that is `UPDATE_TRUNCATED`.
 * 2. A number has one spelling, the shortest, and is at most 2^53 - 1.
 * 3. Nothing is allocated that the bytes only claim to hold.
 */
export class UpdateCursor {
  readonly #bytes: Uint8Array
  #view: DataView | undefined
  #position: number

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes
    this.#position = position
  }

  /** The offset of the next byte. */
  get position(): number {
    return this.#position
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#position
  }

  readByte(): number {
    const byte = this.#bytes[this.#position]
    if (byte === undefined) throw this.#truncated()
    this.#position += 1
    return byte
  }

  readUint(): number {
    const first = this.readByte()
    return first < 0x80 ? first : this.#readRest(first & 0x7f, 7)
  }

  /** A signed number: as an unsigned one, but bit 6 of the first byte is the sign. */
  readInt(): number {
    const first = this.readByte()
    const low = first & 0x3f
    const magnitude = first < 0x80 ? low : this.#readRest(low, 6)
    return (first & 0x40) === 0 ? magnitude : -magnitude
  }

  readFloat32(): number {
    const start = this.#take(4)
    return this.#dataView().getFloat32(start)
  }

  readFloat64(): number {
    const start = this.#take(8)
    return this.#dataView().getFloat64(start)
  }

  /** A text with its length in bytes before it. */
  readText(): string {
    const length = this.readUint()
    const start = this.#take(length)
    return this.#decode(start, start + length)
  }

  /** The bytes of a text, without looking at them. */
  readTextBytes(): Uint8Array {
    const length = this.readUint()
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Passes over a text and returns its length in UTF-16 units, which is how Yjs counts. */
  skipText(): number {
    const length = this.readUint()
    const start = this.#take(length)
    if (length <= LOOP_BYTES_MAX && this.#isAscii(start, start + length)) return length
    return this.#decode(start, start + length).length
  }

  /** Passes over the text that follows if it is this one, of fewer than 128 ASCII characters. */
  skipIfText(ascii: string): boolean {
    const start = this.#position
    if (this.#bytes[start] !== ascii.length) return false
    for (let index = 0; index < ascii.length; index += 1) {
      if (this.#bytes[start + 1 + index] !== ascii.charCodeAt(index)) return false
    }
    this.#position = start + 1 + ascii.length
    return true
  }

  /** An error that says where. */
  refusal(code: UpdateErrorCode, reason: string): HcfsError {
    return updateRefusal(code, reason, { byte: this.#position })
  }

  /**
   * In two halves, because only what fits in 31 bits is added up without
   * allocating: client ids do not, and an update names one in every struct.
   */
  #readRest(first: number, firstBits: number): number {
    let low = first
    let lowBits = firstBits
    for (const lastBits = firstBits + 3 * GROUP_BITS; lowBits < lastBits; lowBits += GROUP_BITS) {
      const byte = this.readByte()
      low |= (byte & 0x7f) << lowBits
      if (byte < 0x80) return this.#shortest(low, byte)
    }
    let high = 0
    for (let highBits = 0; highBits < 4 * GROUP_BITS; highBits += GROUP_BITS) {
      const byte = this.readByte()
      high |= (byte & 0x7f) << highBits
      if (byte < 0x80) return this.#shortest(high * 2 ** lowBits + low, byte)
    }
    throw this.#numberTooLarge()
  }

  #shortest(number: number, lastByte: number): number {
    if (lastByte === 0) throw this.refusal('UPDATE_MALFORMED', 'a number is written longer than it needs')
    if (number > Number.MAX_SAFE_INTEGER) throw this.#numberTooLarge()
    return number
  }

  #take(length: number): number {
    const start = this.#position
    if (length > this.bytesLeft) throw this.#truncated()
    this.#position = start + length
    return start
  }

  #isAscii(start: number, end: number): boolean {
    for (let index = start; index < end; index += 1) if (this.#bytes[index]! >= 0x80) return false
    return true
  }

  #decode(start: number, end: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(start, end))
    } catch {
      throw this.refusal('UPDATE_MALFORMED', 'a text is not valid UTF-8')
    }
  }

  #dataView(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    return this.#view
  }

  #numberTooLarge(): HcfsError {
    return this.refusal('UPDATE_MALFORMED', 'a number is larger than 2^53 - 1')
  }

  #truncated(): HcfsError {
    return this.refusal('UPDATE_TRUNCATED', 'it ends in the middle')
  }
}
