/**
 * Every failure a caller can act on, and what a caller may do about it.
 *
 * The codes are public: they go over the wire, into logs and into scripts, so a
 * code is never renamed and never reused. Messages may change at any time.
 * `docs/reference/errors.md` lists every code with its remedy; a test compares.
 */
export const ERROR_CODES = {
  // Input
  BAD_REQUEST: { httpStatus: 400, exitCode: 2, retryable: false },
  PATH_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  ID_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  ENCODING_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  ENCODING_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },

  // Anything a newer version may report that this one does not know
  UNKNOWN_ERROR: { httpStatus: 500, exitCode: 1, retryable: false },

  // Lifecycle
  NODE_NOT_RUNNING: { httpStatus: 503, exitCode: 5, retryable: true },
  OPERATION_ABORTED: { httpStatus: 499, exitCode: 1, retryable: true },
  TIMED_OUT: { httpStatus: 504, exitCode: 4, retryable: true },

  // Time
  CLOCK_AHEAD: { httpStatus: 503, exitCode: 1, retryable: true }
} as const satisfies Record<string, ErrorTraits>

export interface ErrorTraits {
  /** What an HTTP face answers with. */
  readonly httpStatus: number
  /** What the command line exits with: 1 failed, 2 bad usage, 3 not found, 4 not caught up, 5 no node, 6 refused. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
}

export type ErrorCode = keyof typeof ERROR_CODES
