import { crc32 } from 'node:zlib'
import { ByteSlab, HcfsError } from '@hcfs/core'
import type { StoreKey, StoreValue } from './ordered-store.ts'

/**
 * Every stored value begins with five digits to the base 128: how the rest is
 * stored (`KIND_…` times 2^32) plus the CRC-32 of the rest, begun with a hash of the key. Below 128,
 * so that the head of a text is text too, and LevelDB's binding can hand out the
 * whole as a string, which is its fastest read.
 */
const HEAD_LENGTH = 5
const BASE_BITS = 7
const BASE = 2 ** BASE_BITS
const KIND_FACTOR = 2 ** 32

/** The value as it is. Seven more kinds fit; sealed values will be one. */
const KIND_PLAIN = 0

/** What is encoded lives until its batch is made. */
const encodedValues = new ByteSlab()

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * How values stand in the store: the only place that knows, and so the place
 * where they would be sealed.
 *
 * 1. What decodes is what was encoded for that key. A flipped bit, a value cut short and the
 *    value of another key are `STORAGE_CORRUPT`; nothing of a damaged value is served.
 * 2. Text decodes as text, bytes decode as bytes, and each as the other in UTF-8.
 *
 * A CRC finds accidents. It is no protection from somebody who can write the files.
 */
export function encodeValue(key: StoreKey, value: StoreValue): StoreValue {
  const head = headOf(key, value)
  if (typeof value === 'string') return headText(head) + value
  const stored = encodedValues.carve(HEAD_LENGTH + value.byteLength)
  for (let index = 0; index < HEAD_LENGTH; index += 1) stored[index] = digitAt(head, index)
  stored.set(value, HEAD_LENGTH)
  return stored
}

export function decodeBytes(key: StoreKey, stored: Uint8Array): Uint8Array {
  const value = stored.subarray(HEAD_LENGTH)
  if (readHead((index) => stored[index]) === headOf(key, value)) return value
  throw valueDamaged(key)
}

export function decodeText(key: StoreKey, stored: string): string {
  const value = stored.slice(HEAD_LENGTH)
  if (readHead((index) => stored.charCodeAt(index)) === headOf(key, value)) return value
  throw valueDamaged(key)
}

function headOf(key: StoreKey, value: StoreValue): number {
  return KIND_PLAIN * KIND_FACTOR + crc32(value, seedOf(key))
}

/** FNV-1a over the key's UTF-16 units. A second CRC would add a fifth to the time of a read. */
function seedOf(key: StoreKey): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME)
  return hash >>> 0
}

function headText(head: number): string {
  return String.fromCharCode(digitAt(head, 0), digitAt(head, 1), digitAt(head, 2), digitAt(head, 3), digitAt(head, 4))
}

/** The first is the most significant; only it reaches beyond 32 bits. */
function digitAt(head: number, index: number): number {
  if (index === 0) return Math.floor(head / BASE ** (HEAD_LENGTH - 1))
  return (head >>> (BASE_BITS * (HEAD_LENGTH - 1 - index))) % BASE
}

/**
 * Sums rather than ors: a digit that a flipped bit made larger than the base must not vanish
 * in its neighbour. A missing digit makes it NaN, which equals no head.
 */
function readHead(digitAt: (index: number) => number | undefined): number {
  let head = 0
  for (let index = 0; index < HEAD_LENGTH; index += 1) head = head * BASE + (digitAt(index) ?? Number.NaN)
  return head
}

function valueDamaged(key: StoreKey): HcfsError {
  return new HcfsError(
    'STORAGE_CORRUPT',
    'A record of the store is damaged and is not served; run `hcfs verify` to repair what can be, or restore a backup',
    { details: { key } }
  )
}
