import { commitId, encodeCbor, HcfsError, sha256Hex } from '@hcfs/core'
import type { ChainPlace, CommitHeader, SignedHeader } from './commit.ts'
import { malformed } from './commit-errors.ts'
import { decodeHeader } from './header-codec.ts'
import type { SignatureVerifier } from './signature-verifier.ts'
import { SIGNATURE_BYTES } from './signature-verifier.ts'

/** Does not verify the signature: that is 20 times the work, and callers may do it in batches or on another thread. */
export function readSignedHeader(headerBytes: Uint8Array, signature: Uint8Array): SignedHeader {
  return signedHeader(decodeHeader(headerBytes), headerBytes, signature)
}

/** `header` and `headerBytes` say the same. */
export function signedHeader(header: CommitHeader, headerBytes: Uint8Array, signature: Uint8Array): SignedHeader {
  if (signature.length !== SIGNATURE_BYTES) throw malformed('signature', `is not ${SIGNATURE_BYTES} bytes long`)
  const id = commitId(sha256Hex(encodeCbor([headerBytes, signature])))
  return { id, header, headerBytes, signature }
}

/** Fails with `COMMIT_SIGNATURE_INVALID` unless the author that the header names signed it. */
export function assertSignature(signed: SignedHeader, verifier: SignatureVerifier): void {
  const { header, headerBytes, signature } = signed
  if (!verifier.verify(header.author, headerBytes, signature)) throw signatureInvalid(signed)
}

export function signatureInvalid({ id, header }: SignedHeader): HcfsError {
  return new HcfsError(
    'COMMIT_SIGNATURE_INVALID',
    'The author named in the commit did not sign it; drop it and ask another peer',
    { details: { commit: id, author: header.author } }
  )
}

export function chainPlaceOf({ author, incarnation, space, seq }: CommitHeader): ChainPlace {
  return { author, incarnation, space, seq }
}
