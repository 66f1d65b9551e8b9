import type { CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor, hybridTime, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeHeader, encodeHeader } from '../../src/commit/header-codec.ts'
import { arbitraryCommit } from './arbitrary-commits.ts'
import { damagedBytes, refusalOf } from './damaged-bytes.ts'
import { commitNamed, sampleCommit } from './sample-commits.ts'

const { header, headerBytes } = sampleCommit()
const id = new Uint8Array(32)

function decodeWith(index: number, value: CborValue): unknown {
  return decodeHeader(encodeCbor((decodeCbor(headerBytes) as readonly CborValue[]).with(index, value)))
}

describe('is refused as malformed', () => {
  test.each<[string, number, CborValue]>([
    ['a tag that is not text', 0, 1],
    ['a network that is too long', 1, new Uint8Array(33)],
    ['a space that is no path', 2, 'team'],
    ['an author that is text', 3, 'ada'],
    ['an incarnation above uint32', 4, 2 ** 32],
    ['a negative incarnation', 4, -1],
    ['seq 0', 5, 0],
    ['a later seq without prev', 5, 2],
    ['prev in the first commit', 6, id],
    ['an epoch that is not whole', 7, 0.5],
    ['a negative epoch', 7, -1],
    ['an hlc as text', 8, '1'],
    ['a root that is too short', 9, id.subarray(1)],
    ['no entries', 10, 0],
    ['more entries than a commit may have', 10, 257],
    ['a keyEpoch that is not a number', 11, 'x'],
    ['an empty note', 12, '']
  ])('%s', (_, index, value) => {
    expect(refusalOf(() => decodeWith(index, value))).toBe('COMMIT_MALFORMED')
  })

  test('a map, and an array of another length', () => {
    const values = decodeCbor(headerBytes) as readonly CborValue[]
    expect(refusalOf(() => decodeHeader(encodeCbor({})))).toBe('COMMIT_MALFORMED')
    expect(refusalOf(() => decodeHeader(encodeCbor([...values, null])))).toBe('COMMIT_MALFORMED')
    expect(refusalOf(() => decodeHeader(encodeCbor(values.slice(0, -1))))).toBe('COMMIT_MALFORMED')
  })
})

test('a note as long as it may be passes, a longer one is too large', () => {
  expect(decodeWith(12, 'a'.repeat(1_024))).toMatchObject({ note: 'a'.repeat(1_024) })
  expect(refusalOf(() => decodeWith(12, 'a'.repeat(1_025)))).toBe('COMMIT_TOO_LARGE')
})

test('a header with every value at its limit is short enough', () => {
  const longest = {
    ...header,
    space: parsePath(`/${'a'.repeat(255)}`.repeat(4)),
    prev: commitNamed('prev'),
    incarnation: 2 ** 32 - 1,
    seq: Number.MAX_SAFE_INTEGER,
    epoch: Number.MAX_SAFE_INTEGER,
    hlc: hybridTime(Number.MAX_SAFE_INTEGER),
    entryCount: 256,
    keyEpoch: Number.MAX_SAFE_INTEGER,
    note: 'a'.repeat(1_024)
  }
  expect(decodeHeader(encodeHeader(longest))).toStrictEqual(longest)
})

test('a header that is too long is refused before it is read', () => {
  expect(refusalOf(() => decodeHeader(new Uint8Array(4_097)))).toBe('COMMIT_TOO_LARGE')
})

test('what a receiver would refuse is not encoded', () => {
  expect(refusalOf(() => encodeHeader({ ...header, seq: 0 }))).toBe('COMMIT_MALFORMED')
  expect(refusalOf(() => encodeHeader({ ...header, incarnation: 1.5 }))).toBe('COMMIT_MALFORMED')
  expect(refusalOf(() => encodeHeader({ ...header, note: '\ud800' }))).toBe('COMMIT_MALFORMED')
})

test('whatever is decoded encodes to the bytes it came from', () => {
  let accepted = 0
  fc.assert(
    fc.property(damagedBytes(arbitraryCommit.map((commit) => commit.headerBytes)), (bytes) => {
      if (refusalOf(() => decodeHeader(bytes)) !== undefined) return
      accepted += 1
      expect(encodeHeader(decodeHeader(bytes))).toEqual(bytes)
    }),
    { numRuns: 2_000 }
  )
  expect(accepted).toBeGreaterThan(0)
})
