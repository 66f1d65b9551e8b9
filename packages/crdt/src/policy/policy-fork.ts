import { encodeCbor, FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from '../commit/array-reader.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import type { PolicyEntry } from './policy-entry.ts'
import { decodePolicyEntry, verifyPolicyEntry } from './policy-entry.ts'
import { readingPolicy } from './policy-errors.ts'
import { encodeSigned } from './signed-part.ts'

/** Two entries that follow the same one: the owner, or who has its key, signed an epoch twice. */
export interface PolicyFork {
  /** In ascending order of their ids. */
  readonly entries: readonly [PolicyEntry, PolicyEntry]
  /** Both branches have a recovery. No key stands above that one, so the network has to be founded anew. */
  readonly isFinal: boolean
}

const TAG = 'hcfs/policy-fork/1'
const PROOF_VALUES = 3
const FRAMING_BYTES_MAX = 512
const PROOF_BYTES_MAX = 2 * FORMAT_LIMITS.policyEntryBytesMax + FRAMING_BYTES_MAX

/** Bytes that convince anybody. Both orders of the two give the same bytes. */
export function provePolicyFork(left: PolicyEntry, right: PolicyEntry): Uint8Array {
  if (!isFork(left, right)) throw new TypeError('These two entries do not follow the same one, signed by the same key')
  const [first, second] = left.id < right.id ? [left, right] : [right, left]
  return encodeCbor([TAG, encodeSigned(first), encodeSigned(second)])
}

/** Fails with `POLICY_PROOF_INVALID` unless one key signed both entries behind the same one. */
export function verifyPolicyFork(bytes: Uint8Array, verifier: SignatureVerifier): readonly [PolicyEntry, PolicyEntry] {
  try {
    const [first, second] = readProof(bytes)
    if (!isFork(first, second) || first.id > second.id) throw proofInvalid()
    return [verifyPolicyEntry(first, verifier), verifyPolicyEntry(second, verifier)]
  } catch (error) {
    if (!(error instanceof HcfsError) || error.code === 'POLICY_FORMAT_UNKNOWN') throw error
    throw proofInvalid(error)
  }
}

function readProof(bytes: Uint8Array): [PolicyEntry, PolicyEntry] {
  return readingPolicy(() => {
    const reader = new ArrayReader(decodeCanonical(bytes, 'proof', PROOF_BYTES_MAX), 'proof', PROOF_VALUES)
    if (reader.text('tag') !== TAG) throw proofInvalid()
    const first = decodePolicyEntry(reader.bytes('first'))
    return [first, decodePolicyEntry(reader.bytes('second'))]
  })
}

function isFork(left: PolicyEntry, right: PolicyEntry): boolean {
  return (
    left.id !== right.id &&
    left.network === right.network &&
    left.epoch === right.epoch &&
    left.prev === right.prev &&
    left.signer === right.signer
  )
}

function proofInvalid(cause?: unknown): HcfsError {
  return new HcfsError('POLICY_PROOF_INVALID', 'The proof shows no two entries of one epoch; ask whoever sent it', {
    cause
  })
}
