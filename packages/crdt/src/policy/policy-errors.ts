import type { ErrorCode } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** Which rule a statement breaks; `docs/reference/policy-format.md` lists them. */
export type StatementRule =
  | 'grant-known'
  | 'grant-back-dated'
  | 'grant-not-of-owner'
  | 'grant-unknown'
  | 'grant-not-narrower'
  | 'cut-below-horizon'
  | 'space-declared'
  | 'space-unknown'
  | 'settlement-goes-back'
  | 'horizon-not-settled'
  | 'horizon-goes-back'
  | 'recovery-not-alone'
  | 'key-unchanged'
  | 'key-weak'
  | 'count-exceeded'

const MALFORMED: readonly ErrorCode[] = ['COMMIT_MALFORMED', 'PATH_INVALID']

/** `field` is a dotted name such as `grant.under`; `problem` completes the sentence. */
export function malformedPolicy(field: string, problem: string, cause?: unknown): HcfsError {
  return new HcfsError('POLICY_MALFORMED', `Not a part of a policy: ${field} ${problem}; it must be signed anew`, {
    details: { field },
    cause
  })
}

export function refusedStatement(rule: StatementRule, problem: string): HcfsError {
  return new HcfsError('POLICY_STATEMENT_REFUSED', `${problem}; correct the statement and sign the entry anew`, {
    details: { rule }
  })
}

export function outOfOrder(problem: string): HcfsError {
  return new HcfsError('POLICY_OUT_OF_ORDER', `${problem}; fetch what comes before it first`)
}

export function otherNetwork(): HcfsError {
  return new HcfsError('POLICY_OTHER_NETWORK', 'This belongs to the policy of another network; drop it')
}

/**
 * Runs what reads a part of the policy. The readers of values are those of
 * commits, so their refusals become refusals of the policy here.
 */
export function readingPolicy<Part>(read: () => Part): Part {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof HcfsError)) throw error
    const field = typeof error.details?.['field'] === 'string' ? error.details['field'] : 'part'
    if (MALFORMED.includes(error.code)) throw malformedPolicy(field, 'does not have its form', error)
    if (error.code !== 'COMMIT_TOO_LARGE') throw error
    throw new HcfsError('POLICY_TOO_LARGE', `${field} is above its limit: say it in several entries`, {
      details: { field },
      cause: error
    })
  }
}
