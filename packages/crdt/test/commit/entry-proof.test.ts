import type { CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { proveEntry, verifyEntryProof } from '../../src/commit/entry-proof.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import { damagedBytes, refusalOf } from './damaged-bytes.ts'
import { readEntryProof } from './independent-decoder.ts'
import { bob, forgeCommit, sampleCommit, sampleEntries, sampleEntry } from './sample-commits.ts'

const verifier = new SignatureVerifier()
const commit = sampleCommit({ entries: sampleEntries(7) })
const proof = proveEntry(commit, 4)

function refusalWith(index: number, value: CborValue): string | undefined {
  const bytes = encodeCbor((decodeCbor(proof) as readonly CborValue[]).with(index, value))
  return refusalOf(() => verifyEntryProof(bytes, verifier))
}

test('every entry of a commit can be proved alone', () => {
  for (const count of [1, 2, 3, 7, 256]) {
    const { id, header, entries } = sampleCommit({ entries: sampleEntries(count) })
    for (const index of new Set([0, count >> 1, count - 1])) {
      const proven = verifyEntryProof(proveEntry(sampleCommit({ entries: sampleEntries(count) }), index), verifier)
      expect(proven).toMatchObject({ id, header, index, entry: entries[index] })
    }
  }
})

test('a decoder written from the specification reads the same', () => {
  const { id, header, index, entry } = verifyEntryProof(proof, verifier)
  expect(readEntryProof(proof)).toEqual({ id, header, index, entry, isRootRight: true, isSignatureRight: true })
})

test('a proof shows nothing of the other entries but hashes', () => {
  const shown = Buffer.from(proof).toString('latin1')
  expect(shown).toContain('/team/4')
  expect(shown).not.toMatch(/\/team\/[^4]/)
})

describe('does not hold', () => {
  const other = sampleCommit({ entries: [sampleEntry({ note: 'other' })], key: bob })

  test('with another tag, header, signature, place, entry or path', () => {
    expect(refusalWith(0, 'hcfs/equivocation/1')).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(1, other.headerBytes)).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(2, other.signature)).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(3, 5)).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(3, 7)).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(4, commit.entryBytes[5]!)).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(5, [])).toBe('COMMIT_PROOF_INVALID')
    expect(refusalWith(5, [null])).toBe('COMMIT_PROOF_INVALID')
  })

  test('for an entry that no commit may hold, although it was signed', () => {
    const proof = proveEntry(forgeCommit([sampleEntry({ path: parsePath('/elsewhere') })]), 0)
    expect(refusalOf(() => verifyEntryProof(proof, verifier))).toBe('COMMIT_PROOF_INVALID')
  })

  test('with bytes changed anywhere', () => {
    fc.assert(
      fc.property(damagedBytes(fc.constant(proof)), (bytes) => {
        fc.pre(Buffer.compare(bytes, proof) !== 0)
        expect(['COMMIT_PROOF_INVALID', 'COMMIT_FORMAT_UNKNOWN']).toContain(
          refusalOf(() => verifyEntryProof(bytes, verifier))
        )
      }),
      { numRuns: 1_000 }
    )
  })
})

test('an entry that is not there cannot be proved', () => {
  expect(() => proveEntry(commit, 7)).toThrow(TypeError)
})
