import type { ErrorCode } from './error-codes.ts'
import { ERROR_CODES } from './error-codes.ts'

export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

export interface HcfsErrorOptions {
  /** The lower-level error that made this one happen. */
  cause?: unknown
  /** Identifiers a reader of a log needs. Never contents, never secrets. */
  details?: ErrorDetails
}

/** How an error travels between processes. */
export interface HcfsErrorJson {
  code: ErrorCode
  message: string
  details: ErrorDetails
}

/**
 * An expected failure: the caller can read `code` and decide. A broken
 * assumption in our own code is not one of these; that throws `AssertionError`.
 *
 * Compare `code`, not `instanceof`: two copies of this package can be loaded in
 * one process, and errors also arrive as JSON from another one.
 */
export class HcfsError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: HcfsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HcfsError'
    this.code = code
    this.retryable = ERROR_CODES[code].retryable
    this.details = options.details ?? {}
  }

  /** Without the cause and the stack: those stay on this machine. */
  toJSON(): HcfsErrorJson {
    return { code: this.code, message: this.message, details: this.details }
  }

  /** Reads what `toJSON` wrote, possibly by a newer version: a code unknown here becomes `UNKNOWN_ERROR`. */
  static fromJSON(json: unknown): HcfsError {
    const { code, message, details } = isRecord(json) ? json : {}
    const text = typeof message === 'string' ? message : 'The other side reported an error without a message'
    if (typeof code === 'string' && isErrorCode(code)) {
      return new HcfsError(code, text, { details: plainDetails(details) })
    }
    const named = typeof code === 'string' ? { code } : {}
    return new HcfsError('UNKNOWN_ERROR', text, { details: { ...plainDetails(details), ...named } })
  }
}

export function hasErrorCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}

function plainDetails(details: unknown): ErrorDetails {
  if (!isRecord(details)) return {}
  return Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1])
    )
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
