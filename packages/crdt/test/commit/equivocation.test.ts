import type { CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor, hybridTime, networkId, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEquivocation, proveEquivocation, verifyEquivocationProof } from '../../src/commit/equivocation.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import { damagedBytes, refusalOf } from './damaged-bytes.ts'
import { readEquivocationProof } from './independent-decoder.ts'
import { ada, bob, commitNamed, hashOf, NETWORK, sampleCommit, sampleEntry } from './sample-commits.ts'

const verifier = new SignatureVerifier()
const one = sampleCommit()
const two = sampleCommit({ header: { hlc: hybridTime(5) } })
const proof = proveEquivocation(one, two)

const elsewhere = [
  sampleCommit({ header: { hlc: hybridTime(5), incarnation: 8 } }),
  sampleCommit({ header: { hlc: hybridTime(5), seq: 2, prev: commitNamed('prev') } }),
  sampleCommit({ header: { space: parsePath('/') } }),
  sampleCommit({ header: { network: networkId(hashOf('other')) } }),
  sampleCommit({ key: bob })
]

test('two commits for one place prove who made them, and where', () => {
  expect(verifyEquivocationProof(proof, verifier)).toEqual({
    network: NETWORK,
    author: ada.deviceId,
    incarnation: 7,
    space: '/team',
    seq: 1,
    ids: [one.id, two.id].toSorted()
  })
})

test('a decoder written from the specification reads the same', () => {
  const { ids } = verifyEquivocationProof(proof, verifier)
  const read = readEquivocationProof(proof)
  expect(read.map(({ id }) => id)).toEqual(ids)
  expect(read.every(({ isSignatureRight }) => isSignatureRight)).toBe(true)
})

test('both orders give the same proof', () => {
  expect(proveEquivocation(two, one)).toEqual(proof)
})

test('one header with other entries, or signed twice, is one too', () => {
  expect(isEquivocation(one, sampleCommit({ entries: [sampleEntry({ note: 'other' })] }))).toBe(true)
})

test('a commit and itself, and commits at different places, are none', () => {
  for (const commit of [one, ...elsewhere]) {
    expect(isEquivocation(one, commit)).toBe(false)
    expect(() => proveEquivocation(one, commit)).toThrow(TypeError)
  }
})

describe('a proof does not hold', () => {
  const values = decodeCbor(proof) as readonly CborValue[]
  const refusal = (forged: readonly CborValue[]): string | undefined =>
    refusalOf(() => verifyEquivocationProof(encodeCbor(forged), verifier))

  test('with the headers swapped, or one twice', () => {
    const [tag, first, second] = values as [CborValue, CborValue, CborValue]
    expect(refusal([tag, first, second])).toBeUndefined()
    expect(refusal([tag, second, first])).toBe('COMMIT_PROOF_INVALID')
    expect(refusal([tag, first, first])).toBe('COMMIT_PROOF_INVALID')
    expect(refusal(['hcfs/entry-proof/1', first, second])).toBe('COMMIT_PROOF_INVALID')
    expect(refusal([tag, first])).toBe('COMMIT_PROOF_INVALID')
  })

  test('with a commit from another place', () => {
    for (const { headerBytes, signature, id } of elsewhere) {
      const signed = [headerBytes, signature]
      const own = [one.headerBytes, one.signature]
      expect(refusal([values[0]!, ...(id < one.id ? [signed, own] : [own, signed])])).toBe('COMMIT_PROOF_INVALID')
    }
  })

  test('with a header that its author did not sign', () => {
    for (const index of [1, 2]) {
      const [headerBytes] = values[index] as [Uint8Array, Uint8Array]
      const signed = Array.from({ length: 4 }, (_, seed) => [headerBytes, bob.sign(Uint8Array.of(seed))])
      for (const forged of signed) expect(refusal(values.with(index, forged))).toBe('COMMIT_PROOF_INVALID')
    }
  })

  test('with bytes changed anywhere', () => {
    fc.assert(
      fc.property(damagedBytes(fc.constant(proof)), (bytes) => {
        fc.pre(Buffer.compare(bytes, proof) !== 0)
        const code = refusalOf(() => verifyEquivocationProof(bytes, verifier))
        expect(['COMMIT_PROOF_INVALID', 'COMMIT_FORMAT_UNKNOWN']).toContain(code)
      }),
      { numRuns: 1_000 }
    )
  })
})
