import { HcfsError } from '../errors/hcfs-error.ts'

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** By character code; below 0 for characters that are no digit. */
const VALUES = new Int8Array(256).fill(-1)
for (const [value, code] of DIGITS.entries()) VALUES[code] = value

/** Most of what is spelled out are ids and hashes. */
const SCRATCH_BYTES = 128
const scratch = new Uint8Array(SCRATCH_BYTES)
const ascii = new TextDecoder()

/** Decoded as a whole: a text that is put together from parts is put together again by whoever looks into it first. */
export function bytesToHex(bytes: Uint8Array): string {
  const length = 2 * bytes.length
  const digits = length > SCRATCH_BYTES ? new Uint8Array(length) : scratch
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!
    digits[2 * index] = DIGITS[byte >> 4]!
    digits[2 * index + 1] = DIGITS[byte & 0xf]!
  }
  return ascii.decode(digits.subarray(0, length))
}

/** Strict: lower case only, so that one value has one spelling. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  // What is no digit has a negative value, which keeps the sum of all flags negative; so does a code outside the table.
  let flags = hex.length % 2 === 0 ? 0 : -1
  for (let index = 0; index < bytes.length; index += 1) {
    const highCode = hex.charCodeAt(index * 2)
    const lowCode = hex.charCodeAt(index * 2 + 1)
    const high = VALUES[highCode & 0xff]!
    const low = VALUES[lowCode & 0xff]!
    flags |= high | low | (0xff - highCode) | (0xff - lowCode)
    bytes[index] = high * 16 + low
  }
  if (flags < 0) throw new HcfsError('ENCODING_INVALID', 'Not lower-case hexadecimal text')
  return bytes
}
