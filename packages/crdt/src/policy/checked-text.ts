import { encodeCbor, HcfsError, sha256 } from '@hcfs/core'

/** Without b, i, o and 1, which are taken for others. */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const BITS = 5
/** 15 bits of length, and 5 that check them: enough to tell a missing end from a wrong letter. */
const LENGTH_LETTERS = 3
const LENGTH_CHECK_LETTERS = 1
/** 40 bits: one wrong text in a million millions passes. */
const CHECK_LETTERS = 8
const BYTES_MAX = 2 ** (LENGTH_LETTERS * BITS) - 1

/** `prefix`, length, bytes and checksum, in letters that survive a phone call. */
export function writeCheckedText(prefix: string, bytes: Uint8Array): string {
  if (bytes.length > BYTES_MAX) throw new TypeError(`At most ${BYTES_MAX} bytes fit, not ${bytes.length}`)
  const length = lengthLetters(bytes.length)
  const body = `${length}${lengthCheck(prefix, length)}${lettersOf(bytes)}`
  return `${prefix}${body}${checkOf(prefix, body)}`
}

/** Fails with `TICKET_FOREIGN`, `TICKET_TRUNCATED` or `TICKET_MISTYPED`. */
export function readCheckedText(prefix: string, text: string): Uint8Array {
  const letters = text.replace(/\s+/g, '').toLowerCase()
  if (!letters.startsWith(prefix)) {
    throw new HcfsError('TICKET_FOREIGN', `A ticket begins with ${prefix}, and this does not; copy it from there on`)
  }
  const body = letters.slice(prefix.length)
  if ([...body].some((letter) => !ALPHABET.includes(letter))) throw mistyped()
  const start = LENGTH_LETTERS + LENGTH_CHECK_LETTERS
  if (body.length < start) throw truncated()
  const length = body.slice(0, LENGTH_LETTERS)
  if (lengthCheck(prefix, length) !== body.slice(LENGTH_LETTERS, start)) throw mistyped()
  const bytesCount = numberOf(length)
  const end = start + Math.ceil((bytesCount * 8) / BITS)
  if (body.length < end + CHECK_LETTERS) throw truncated()
  const checked = body.slice(0, end)
  if (body.slice(end) !== checkOf(prefix, checked)) throw mistyped()
  return bytesOf(body.slice(start, end), bytesCount)
}

function lengthLetters(length: number): string {
  return Array.from({ length: LENGTH_LETTERS }, (_, index) => {
    return ALPHABET[(length >> ((LENGTH_LETTERS - 1 - index) * BITS)) & (ALPHABET.length - 1)]!
  }).join('')
}

function numberOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * ALPHABET.length + ALPHABET.indexOf(letter), 0)
}

function lengthCheck(prefix: string, letters: string): string {
  return hashLetters(['hcfs/length/1', prefix, letters], LENGTH_CHECK_LETTERS)
}

function checkOf(prefix: string, body: string): string {
  return hashLetters(['hcfs/checksum/1', prefix, body], CHECK_LETTERS)
}

function hashLetters(values: readonly string[], count: number): string {
  return lettersOf(sha256(encodeCbor(values))).slice(0, count)
}

/** Highest bits first; the last letter is filled up with zeros. */
function lettersOf(bytes: Uint8Array): string {
  let letters = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= BITS; bits -= BITS) letters += ALPHABET[(held >> (bits - BITS)) & (ALPHABET.length - 1)]!
    held &= (1 << bits) - 1
  }
  return bits === 0 ? letters : letters + ALPHABET[(held << (BITS - bits)) & (ALPHABET.length - 1)]!
}

function bytesOf(letters: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let held = 0
  let bits = 0
  let index = 0
  for (const letter of letters) {
    held = (held << BITS) | ALPHABET.indexOf(letter)
    bits += BITS
    if (bits < 8) continue
    bits -= 8
    bytes[index] = held >> bits
    held &= (1 << bits) - 1
    index += 1
  }
  return bytes
}

function truncated(): HcfsError {
  return new HcfsError('TICKET_TRUNCATED', 'The ticket ends too early; copy it again, to its end')
}

function mistyped(): HcfsError {
  return new HcfsError('TICKET_MISTYPED', 'A letter of the ticket is wrong; copy it again instead of typing it')
}
