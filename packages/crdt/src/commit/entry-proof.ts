import { bytesToHex, encodeCbor, FORMAT_LIMITS } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from './array-reader.ts'
import type { Commit, CommitEntry, SignedHeader } from './commit.ts'
import { assertEntriesFit } from './commit-codec.ts'
import { proofInvalid, readingProof } from './commit-errors.ts'
import { decodeEntry } from './entry-codec.ts'
import { merklePath, merkleRootFromPath } from './merkle-tree.ts'
import type { SignatureVerifier } from './signature-verifier.ts'
import { assertSignature, readSignedHeader } from './signed-header.ts'

export const ENTRY_PROOF_TAG = 'hcfs/entry-proof/1'

const ENTRY_PROOF_VALUES = 6
const SIBLINGS_BYTES_MAX = 1_024
const PROOF_BYTES_MAX = FORMAT_LIMITS.headerBytesMax + FORMAT_LIMITS.entryBytesMax + SIBLINGS_BYTES_MAX

/** One entry, and the signed header that it is proved to belong to. */
export interface ProvenEntry extends SignedHeader {
  readonly index: number
  readonly entry: CommitEntry
}

/**
 * Bytes that show one entry of a commit, and nothing of the others but hashes,
 * to somebody who does not hold the space. At most 8 hashes beside the entry.
 */
export function proveEntry({ headerBytes, signature, entryBytes }: Commit, index: number): Uint8Array {
  const { siblings } = merklePath(entryBytes, index)
  return encodeCbor([ENTRY_PROOF_TAG, headerBytes, signature, index, entryBytes[index]!, siblings])
}

/**
 * Returns the entry if the author that its header names signed it, and fails
 * with `COMMIT_PROOF_INVALID` if not. Says nothing about the verdict on the
 * commit: that takes its past and the policy.
 */
export function verifyEntryProof(bytes: Uint8Array, verifier: SignatureVerifier): ProvenEntry {
  return readingProof(() => {
    const reader = new ArrayReader(decodeCanonical(bytes, 'proof', PROOF_BYTES_MAX), 'proof', ENTRY_PROOF_VALUES)
    if (reader.text('tag') !== ENTRY_PROOF_TAG) throw proofInvalid('it is of another kind')
    const signed = readSignedHeader(reader.bytes('header'), reader.bytes('signature'))
    const index = reader.wholeNumber('index')
    const entryBytes = reader.bytes('entry')
    const siblings = reader.byteStrings('siblings')
    const { entriesRoot, entryCount, space } = signed.header
    const root = merkleRootFromPath(entryBytes, { index, count: entryCount, siblings })
    if (root === undefined || bytesToHex(root) !== entriesRoot)
      throw proofInvalid('the entry is not below the signed root')
    const entry = decodeEntry(entryBytes)
    assertEntriesFit([entry], space)
    assertSignature(signed, verifier)
    return { ...signed, index, entry }
  })
}
