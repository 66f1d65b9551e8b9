import { readFileSync } from 'node:fs'
import type { CborValue } from '@hcfs/core'
import { bytesToHex, encodeCbor, hexToBytes } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSyncMessage, encodeSyncMessage } from '../../src/reconcile/sync-codec.ts'
import type { SyncMessage } from '../../src/reconcile/sync-message.ts'
import { damagedBytes, refusalOf } from '../commit/damaged-bytes.ts'
import { MESSAGE_NAMES, SAMPLE_MESSAGES } from './sample-messages.ts'

/*
 * What nodes say to each other since version 1 of the protocol. When a test here
 * fails, the code is wrong and not the file: it is never made anew.
 */
const GOLDEN = JSON.parse(
  readFileSync(new URL('../../../../fixtures/reconcile/messages-v1.json', import.meta.url), 'utf8')
) as Record<string, string>

describe.each(MESSAGE_NAMES)('%s', (name) => {
  const message: SyncMessage = SAMPLE_MESSAGES[name]

  test('is written with the golden bytes', () => {
    expect(bytesToHex(encodeSyncMessage(message))).toBe(GOLDEN[name])
  })

  test('is read from the golden bytes', () => {
    expect(decodeSyncMessage(hexToBytes(GOLDEN[name]!))).toStrictEqual(message)
  })
})

test('damaged bytes are refused, or are another message with one encoding', () => {
  const right = fc.constantFrom(...MESSAGE_NAMES).map((name) => encodeSyncMessage(SAMPLE_MESSAGES[name]))
  fc.assert(
    fc.property(damagedBytes(right), (bytes) => {
      const refusal = refusalOf(() => decodeSyncMessage(bytes))
      if (refusal === undefined) expect(encodeSyncMessage(decodeSyncMessage(bytes))).toEqual(bytes)
      else expect(refusal).toBe('SYNC_MESSAGE_INVALID')
    }),
    { numRuns: 2_000 }
  )
})

const id = new Uint8Array(32)
const wrong: [string, CborValue][] = [
  ['no array', 'hello'],
  ['an unknown number', [99]],
  ['a number that is none', ['hello']],
  ['a value too many', [1, 0]],
  ['a refusal without a name', [3, 9]],
  ['no credit', [5, 0, 0]],
  ['more credit than there may be', [5, 0, 17]],
  ['half a digest', [6, new Uint8Array(7)]],
  ['more digests than chains', [6, new Uint8Array(6 * 1_001)]],
  ['places of digests that are not ascending', [7, [], [2, 1]]],
  ['a step below the leaves', [8, 3, 2, [0]]],
  ['a prefix that does not exist', [8, 1, 1, [16]]],
  ['the same prefix twice', [8, 1, 1, [3, 3]]],
  ['more prefixes than fit', [8, 3, 1, Array.from({ length: 901 }, (_, index) => index)]],
  ['sums that are cut off', [9, [Uint8Array.of(1, 0, 7)]]],
  ['a leaf that does not exist', [10, [65_536], null, 0]],
  ['rows that are cut off', [11, new Uint8Array(47), 0, 1]],
  ['the same row twice', [11, new Uint8Array(96), 0, 1]],
  ['a promise of rows without rows', [11, new Uint8Array(0), 0, 0]],
  ['no heads of no documents', [13, 0, []]],
  ['a tip with seq 0', [14, [[id, 0, 0, id]]]],
  ['an incarnation of 33 bits', [14, [[id, 2 ** 32, 1, id]]]],
  ['a short id', [21, [new Uint8Array(31)]]],
  ['an empty range', [16, [[3, [id, 0, 3, id]]], 1]],
  ['a frame that ends something else', [19, id, 3]]
]

test.each(wrong)('%s is no message', (_, value) => {
  expect(refusalOf(() => decodeSyncMessage(encodeCbor(value)))).toBe('SYNC_MESSAGE_INVALID')
})

test('a message larger than a frame is not looked at', () => {
  const bytes = encodeCbor([19, new Uint8Array(262_144), 0])

  expect(refusalOf(() => decodeSyncMessage(bytes))).toBe('SYNC_MESSAGE_INVALID')
})
