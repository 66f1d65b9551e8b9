import { bytesToHex, decodeCbor, encodeCbor, hybridTime, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCommit, encodeCommit } from '../../src/commit/commit-codec.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import { assertSignature } from '../../src/commit/signed-header.ts'
import { arbitraryCommit } from './arbitrary-commits.ts'
import { damagedBytes, refusalOf } from './damaged-bytes.ts'
import { readCommit } from './independent-decoder.ts'
import { ada, commitNamed, forgeCommit, sampleCommit, sampleEntries, sampleEntry } from './sample-commits.ts'

const verifier = new SignatureVerifier()

test('what was signed comes back from its bytes, and gives the same bytes again', () => {
  fc.assert(
    fc.property(arbitraryCommit, (commit) => {
      const bytes = encodeCommit(commit)
      const decoded = decodeCommit(bytes)
      expect(decoded).toStrictEqual(commit)
      expect(encodeCommit(decoded)).toEqual(bytes)
      expect(() => assertSignature(decoded, verifier)).not.toThrow()
    })
  )
})

test('a decoder written from the specification reads the same', () => {
  fc.assert(
    fc.property(arbitraryCommit, (commit) => {
      expect(readCommit(encodeCommit(commit))).toEqual({
        id: commit.id,
        header: commit.header,
        entries: commit.entries,
        isRootRight: true,
        isSignatureRight: true
      })
    })
  )
})

test('a commit of the largest number of entries comes back', () => {
  const commit = sampleCommit({ entries: sampleEntries(256) })
  expect(decodeCommit(encodeCommit(commit))).toEqual(commit)
})

test('the decoded commit does not change when the received buffer is used again', () => {
  const commit = sampleCommit()
  const bytes = encodeCommit(commit)
  const decoded = decodeCommit(bytes)
  bytes.fill(0)
  expect(decoded).toEqual(commit)
})

test('a second signature under one header is another commit', () => {
  const commit = sampleCommit()
  const resigned = decodeCommit(encodeCommit({ ...commit, signature: commit.signature.toReversed() }))
  expect(resigned.id).not.toBe(commit.id)
})

/** Whatever one bit of a commit is turned into, somebody notices: the decoder, the root or the signature. */
test('no bit of a commit can be changed', () => {
  const commit = sampleCommit({ entries: [sampleEntry({ deps: [commitNamed('dep')], note: 'n', by: { agent: 'a' } })] })
  const bytes = encodeCommit(commit)
  const survivors: number[] = []
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Uint8Array.from(bytes)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    if (isGood(changed)) survivors.push(bit)
  }
  expect(survivors).toEqual([])
})

describe('a value of the header that was changed after signing', () => {
  const commit = sampleCommit({ header: { seq: 2, prev: commitNamed('prev'), note: 'note', keyEpoch: 1 } })
  const values = decodeCbor(commit.headerBytes) as readonly unknown[]

  test.each([
    ['network', 1, new Uint8Array(32)],
    ['space', 2, '/'],
    ['author', 3, new Uint8Array(32).fill(9)],
    ['incarnation', 4, 8],
    ['seq', 5, 3],
    ['prev', 6, new Uint8Array(32)],
    ['epoch', 7, 4],
    ['hlc', 8, 1],
    ['keyEpoch', 11, null],
    ['note', 12, 'other']
  ])('%s: the signature does not fit', (_, index, value) => {
    const headerBytes = encodeCbor(values.with(index, value) as Uint8Array[])
    const decoded = decodeCommit(encodeCommit({ ...commit, headerBytes }))
    expect(() => assertSignature(decoded, verifier)).toThrow(
      expect.objectContaining({ code: 'COMMIT_SIGNATURE_INVALID' })
    )
  })

  test.each([
    ['entriesRoot', 9, new Uint8Array(32)],
    ['entryCount', 10, 2]
  ])('%s: the entries do not fit', (_, index, value) => {
    const headerBytes = encodeCbor(values.with(index, value) as Uint8Array[])
    expect(() => decodeCommit(encodeCommit({ ...commit, headerBytes }))).toThrow(
      expect.objectContaining({ code: 'COMMIT_ROOT_MISMATCH' })
    )
  })
})

test('entries that were added, left out, swapped or replaced do not fit the header', () => {
  const commit = sampleCommit({ entries: sampleEntries(3) })
  const [first, second, third] = commit.entryBytes as [Uint8Array, Uint8Array, Uint8Array]
  const [other] = sampleCommit().entryBytes as [Uint8Array]
  const lists = [[first, second], [second, first, third], [first, second, other], [first, second, third, other], []]
  for (const entryBytes of lists) {
    expect(() => decodeCommit(encodeCommit({ ...commit, entryBytes }))).toThrow(
      expect.objectContaining({ code: 'COMMIT_ROOT_MISMATCH' })
    )
  }
})

test.each([
  ['null', null],
  ['an empty array', []],
  ['no header', [null, new Uint8Array(64), []]],
  ['a header that is an array', [[], new Uint8Array(64), []]],
  ['no signature', [sampleCommit().headerBytes, null, []]],
  ['a short signature', [sampleCommit().headerBytes, new Uint8Array(63), []]],
  ['no entries', [sampleCommit().headerBytes, new Uint8Array(64), null]],
  ['an entry that is an array', [sampleCommit().headerBytes, new Uint8Array(64), [[]]]],
  ['a value too many', [sampleCommit().headerBytes, new Uint8Array(64), [], null]]
])('%s instead of a commit is refused', (_, value) => {
  expect(() => decodeCommit(encodeCbor(value))).toThrow(expect.objectContaining({ code: 'COMMIT_MALFORMED' }))
})

describe('what its author should not have signed is refused', () => {
  test.each([
    ['an entry outside the space', 'COMMIT_MALFORMED', [sampleEntry({ path: parsePath('/teammate') })]],
    ['two entries of one context', 'COMMIT_MALFORMED', [sampleEntry(), sampleEntry()]],
    ['too much payload', 'COMMIT_TOO_LARGE', sampleEntries(2).map((entry) => ({ ...entry, payloadBytes: 2_097_153 }))]
  ])('%s', (_, code, entries) => {
    expect(refusalOf(() => decodeCommit(encodeCommit(forgeCommit(entries))))).toBe(code)
  })
})

test('more entries than a commit may have are refused', () => {
  const entries = Array.from({ length: 257 }, () => new Uint8Array(1))
  expect(() => decodeCommit(encodeCbor([sampleCommit().headerBytes, new Uint8Array(64), entries]))).toThrow(
    expect.objectContaining({ code: 'COMMIT_TOO_LARGE' })
  )
})

describe('a commit of a newer format', () => {
  const newer = (tag: string, ...rest: Uint8Array[]): Uint8Array => encodeCbor([encodeCbor([tag, 1, 2]), ...rest])

  test('is told from a broken one, whatever else it looks like', () => {
    for (const bytes of [newer('hcfs/commit/2'), newer('hcfs/commit/12', new Uint8Array(3)), newer('hcfs/commit/3')]) {
      expect(() => decodeCommit(bytes)).toThrow(expect.objectContaining({ code: 'COMMIT_FORMAT_UNKNOWN' }))
    }
  })

  test('is named in the error', () => {
    expect(() => decodeCommit(newer('hcfs/commit/2'))).toThrow(
      expect.objectContaining({ details: { format: 'hcfs/commit/2' } })
    )
  })

  test('is not what has another tag', () => {
    for (const tag of ['hcfs/commit/', 'hcfs/commit/01', 'hcfs/commit/x', 'hcfs/commits/2', 'hcfs/equivocation/1']) {
      expect(() => decodeCommit(newer(tag))).toThrow(expect.objectContaining({ code: 'COMMIT_MALFORMED' }))
    }
  })
})

/*
 * Goal: bytes of a peer never end in anything but a commit or a refusal.
 * Method: cut, change, swap and insert bytes of commits, and send noise.
 */
test('bytes from anybody give a commit or a refusal with a code', () => {
  const refusals = ['COMMIT_MALFORMED', 'COMMIT_TOO_LARGE', 'COMMIT_FORMAT_UNKNOWN', 'COMMIT_ROOT_MISMATCH']
  const damaged = fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 9, arbitrary: damagedBytes(arbitraryCommit.map(encodeCommit)) }
  )
  fc.assert(
    fc.property(damaged, (bytes) => {
      const code = refusalOf(() => decodeCommit(bytes))
      if (code !== undefined) expect(refusals).toContain(code)
    }),
    { numRuns: 5_000 }
  )
})

test('a commit that is cut anywhere is refused', () => {
  const bytes = encodeCommit(sampleCommit())
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => decodeCommit(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'COMMIT_MALFORMED' }))
  }
})

test('a commit longer than any may be is refused before it is read', () => {
  expect(() => decodeCommit(new Uint8Array(8 * 1024 * 1024 + 1))).toThrow(
    expect.objectContaining({ code: 'COMMIT_TOO_LARGE' })
  )
})

test('signing the same again gives the same commit', () => {
  const again = sampleCommit()
  expect(bytesToHex(encodeCommit(again))).toBe(bytesToHex(encodeCommit(sampleCommit())))
  expect(sampleCommit({ header: { hlc: hybridTime(1) } }).id).not.toBe(again.id)
  expect(sampleCommit({ entries: [sampleEntry({ path: parsePath('/team') })] }).id).not.toBe(again.id)
  expect(again.header.author).toBe(ada.deviceId)
})

function isGood(bytes: Uint8Array): boolean {
  return refusalOf(() => assertSignature(decodeCommit(bytes), verifier)) === undefined
}
