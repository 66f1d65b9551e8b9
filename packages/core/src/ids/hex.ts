import { HcfsError } from '../errors/hcfs-error.ts'

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const LETTER_A = 0x61
const LETTER_F = 0x66

export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += HEX_OF_BYTE[byte]
  return hex
}

/** Strict: lower case only, so that one value has one spelling. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  // Digits that are none have a negative value, which keeps the sum of all flags negative.
  let flags = hex.length % 2 === 0 ? 0 : -1
  for (let index = 0; index < bytes.length; index += 1) {
    const high = valueOfDigit(hex.charCodeAt(index * 2))
    const low = valueOfDigit(hex.charCodeAt(index * 2 + 1))
    flags |= high | low
    bytes[index] = high * 16 + low
  }
  if (flags < 0) throw new HcfsError('ENCODING_INVALID', 'Not lower-case hexadecimal text')
  return bytes
}

function valueOfDigit(code: number): number {
  if (code >= DIGIT_0 && code <= DIGIT_9) return code - DIGIT_0
  return code >= LETTER_A && code <= LETTER_F ? code - LETTER_A + 10 : -1
}
