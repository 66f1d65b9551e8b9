import type { ErrorCode } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'

const REFUSALS: readonly ErrorCode[] = ['COMMIT_MALFORMED', 'COMMIT_TOO_LARGE', 'COMMIT_SIGNATURE_INVALID']

/** `field` is a dotted name such as `header.seq`; `problem` completes the sentence. */
export function malformed(field: string, problem: string, cause?: unknown): HcfsError {
  return new HcfsError(
    'COMMIT_MALFORMED',
    `Not a commit of this format: ${field} ${problem}; its author must sign it anew`,
    {
      details: { field },
      cause
    }
  )
}

export function tooLarge(field: string, amount: number, max: number): HcfsError {
  return new HcfsError('COMMIT_TOO_LARGE', `${field} is ${amount}, at most ${max} is allowed: split the commit`, {
    details: { field, amount, max }
  })
}

/** A proof that does not check out shows nothing; it is not evidence of the opposite. */
export function proofInvalid(problem: string, cause?: unknown): HcfsError {
  return new HcfsError('COMMIT_PROOF_INVALID', `The proof does not hold: ${problem}; ask whoever sent it for another`, {
    cause
  })
}

/** Runs what reads a proof: a part that is no part of a commit makes it no proof. Formats yet unknown stay what they are. */
export function readingProof<Proven>(read: () => Proven): Proven {
  try {
    return read()
  } catch (error) {
    if (REFUSALS.some((code) => hasErrorCode(error, code)))
      throw proofInvalid('a part of it is not what it claims', error)
    throw error
  }
}
