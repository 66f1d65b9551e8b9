import type { ErrorCode, ErrorDetails } from '@hcfs/core'
import { ERROR_CODES, HcfsError, isErrorCode } from '@hcfs/core'

/** A failure as a response body, by RFC 9457. `detail` is for people, `code` for programs. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly details: ErrorDetails
}

export const PROBLEM_TYPE = 'application/problem+json'

export function problemOf(error: HcfsError): Problem {
  const { code, message, details } = error
  return {
    type: `urn:hcfs:error:${code}`,
    title: titleOf(code),
    status: ERROR_CODES[code].httpStatus,
    detail: message,
    code,
    details
  }
}

/**
 * The error as a caller may see it. Whatever is not an expected failure becomes
 * `INTERNAL` and says nothing of what went wrong: that stays in the log.
 */
export function publicError(error: unknown): HcfsError {
  if (error instanceof HcfsError) return error
  // Another copy of the package may have made it.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && isErrorCode(error.code)) {
    return HcfsError.fromJSON({ ...error, message: error.message })
  }
  return new HcfsError('INTERNAL', 'The node failed in a way it does not know; its log says more', { cause: error })
}

/** `CONTEXT_NOT_FOUND` → `Context not found`. */
function titleOf(code: ErrorCode): string {
  return code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ')
}
