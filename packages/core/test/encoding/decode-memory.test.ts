import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { hexToBytes } from '../../src/ids/hex.ts'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'

const CLAIM_GROWTH_BYTES_MAX = 16 * 1024 * 1024
/** Almost 400 bytes for each of the 65,536 items; the most seen is 250, for an empty byte string. */
const DENSE_GROWTH_BYTES_MAX = 24 * 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** What decoding allocated, garbage included. */
function growthWhileDecoding(bytes: Uint8Array): { growth: number; result: unknown } {
  collectGarbage()
  const before = memoryInUse()
  const result = resultOf(bytes)
  return { growth: memoryInUse() - before, result }
}

/** What the decoded value holds on to. */
function growthAfterDecoding(bytes: Uint8Array): number {
  collectGarbage()
  const before = memoryInUse()
  const value = decodeCbor(bytes)
  collectGarbage()
  const growth = memoryInUse() - before
  expect(value).toHaveProperty('length')
  return growth
}

/** The value, or the code of the error. */
function resultOf(bytes: Uint8Array): unknown {
  try {
    return decodeCbor(bytes)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

/** `head` again and again, then zeros, so that every claimed length is still within the bytes. */
function claims(head: string, count: number): Uint8Array {
  const bytes = new Uint8Array(FORMAT_LIMITS.cborBytesMax)
  for (let index = 0; index < count; index += 1) bytes.set(hexToBytes(head), index * (head.length / 2))
  return bytes
}

/** An array of as many copies of `element` as there may be items. */
function dense(element: string): Uint8Array {
  const itemsInElement = element.startsWith('a1') ? 3 : 1
  const count = Math.floor((FORMAT_LIMITS.cborItemsMax - 1) / itemsInElement)
  return hexToBytes(`99${count.toString(16).padStart(4, '0')}${element.repeat(count)}`)
}

test.each([
  ['bytes of 2^64-1', '5bffffffffffffffff', 'ENCODING_INVALID'],
  ['bytes of 2^53-1', '5b001fffffffffffff', 'ENCODING_INVALID'],
  ['bytes of 2^31', '5a80000000', 'ENCODING_INVALID'],
  ['text of 2^31', '7a80000000', 'ENCODING_INVALID'],
  ['an array of 2^64-1', '9bffffffffffffffff', 'ENCODING_INVALID'],
  ['an array of 2^32-1', '9affffffff', 'ENCODING_INVALID'],
  ['a map of 2^32-1', 'baffffffff', 'ENCODING_INVALID'],
  ['10,000 arrays inside one another', '81'.repeat(10_000), 'ENCODING_TOO_LARGE'],
  ['10,000 maps inside one another', 'a16161'.repeat(10_000), 'ENCODING_TOO_LARGE'],
  ['10,000 arrays that each claim what is left', '994e20'.repeat(10_000), 'ENCODING_TOO_LARGE']
])('a claim costs no memory: %s', (_, hex, code) => {
  const bytes = hexToBytes(hex)
  const { growth, result } = growthWhileDecoding(bytes)
  expect(growth).toBeLessThan(CLAIM_GROWTH_BYTES_MAX)
  expect(result).toBe(code)
})

test.each([
  ['arrays', '9a00100000'],
  ['maps', 'ba00100000']
])('60 %s inside one another that claim a million elements each cost no memory', (_, head) => {
  const bytes = claims(head, 60)
  expect(growthWhileDecoding(bytes).growth).toBeLessThan(CLAIM_GROWTH_BYTES_MAX)
})

test.each([
  ['empty arrays', '80'],
  ['empty maps', 'a0'],
  ['maps with one key', 'a1616100'],
  ['empty byte strings', '40'],
  ['short byte strings', '4101'],
  ['short texts', '6c616161616161616161616161'],
  ['texts with an accent', '6cc3a961616161616161616161'],
  ['texts of thirty letters', `781e${'61'.repeat(30)}`],
  ['floats', 'fb3ff199999999999a'],
  ['hashes', `5820${'07'.repeat(32)}`]
])('as many %s as a value may have take little memory', (_, element) => {
  expect(growthAfterDecoding(dense(element))).toBeLessThan(DENSE_GROWTH_BYTES_MAX)
})
