import type { CommitId, NetworkId } from '@hcfs/core'
import { encodeCbor, FORMAT_LIMITS } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from './array-reader.ts'
import type { ChainPlace, CommitHeader, SignedHeader } from './commit.ts'
import { proofInvalid, readingProof } from './commit-errors.ts'
import { compareIds } from './entry-rules.ts'
import type { SignatureVerifier } from './signature-verifier.ts'
import { assertSignature, chainPlaceOf, readSignedHeader } from './signed-header.ts'

export const EQUIVOCATION_TAG = 'hcfs/equivocation/1'

const EQUIVOCATION_VALUES = 3
const SIGNED_VALUES = 2
const FRAMING_BYTES_MAX = 256
const PROOF_BYTES_MAX = 2 * FORMAT_LIMITS.headerBytesMax + FRAMING_BYTES_MAX

/** An author filled one place of its chain twice. */
export interface Equivocation extends ChainPlace {
  readonly network: NetworkId
  /** Both, in ascending order. */
  readonly ids: readonly [CommitId, CommitId]
}

/** Whether two commits fill one place of one chain, which an honest author never does. */
export function isEquivocation(left: SignedHeader, right: SignedHeader): boolean {
  return left.id !== right.id && isSamePlace(left.header, right.header)
}

/** Bytes that convince anybody. Both orders of the two give the same bytes, so that a proof is known by its hash. */
export function proveEquivocation(left: SignedHeader, right: SignedHeader): Uint8Array {
  if (!isEquivocation(left, right)) throw new TypeError('These two commits do not fill one place of one chain')
  const [first, second] = compareIds(left.id, right.id) < 0 ? [left, right] : [right, left]
  return encodeCbor([EQUIVOCATION_TAG, signedValues(first), signedValues(second)])
}

/** Fails with `COMMIT_PROOF_INVALID` unless one device signed both headers for one place. */
export function verifyEquivocationProof(bytes: Uint8Array, verifier: SignatureVerifier): Equivocation {
  return readingProof(() => {
    const reader = new ArrayReader(decodeCanonical(bytes, 'proof', PROOF_BYTES_MAX), 'proof', EQUIVOCATION_VALUES)
    if (reader.text('tag') !== EQUIVOCATION_TAG) throw proofInvalid('it is of another kind')
    const first = readSigned(reader)
    const second = readSigned(reader)
    if (!isSamePlace(first.header, second.header)) throw proofInvalid('the headers stand at different places')
    if (compareIds(first.id, second.id) >= 0) throw proofInvalid('the headers are equal or not in order')
    assertSignature(first, verifier)
    assertSignature(second, verifier)
    return { network: first.header.network, ...chainPlaceOf(first.header), ids: [first.id, second.id] }
  })
}

function isSamePlace(left: CommitHeader, right: CommitHeader): boolean {
  return (
    left.network === right.network &&
    left.space === right.space &&
    left.author === right.author &&
    left.incarnation === right.incarnation &&
    left.seq === right.seq
  )
}

function signedValues({ headerBytes, signature }: SignedHeader): readonly Uint8Array[] {
  return [headerBytes, signature]
}

function readSigned(proof: ArrayReader): SignedHeader {
  const reader = new ArrayReader(proof.list('header'), 'proof.header', SIGNED_VALUES)
  return readSignedHeader(reader.bytes('header'), reader.bytes('signature'))
}
