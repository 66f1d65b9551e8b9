import type { HcfsErrorJson } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** An error on its way between threads: a structured clone alone would lose its class and its code. */
export interface CallFailure {
  readonly json: HcfsErrorJson
  readonly stack: string
  /** What lies below it, as far as it is an error. */
  readonly cause: Error | undefined
}

export interface FailedPlace {
  readonly service: string
  /** What was being done: a method, `createService` or `close`. */
  readonly method: string
}

export function encodeFailure(error: unknown, { service, method }: FailedPlace): CallFailure {
  if (error instanceof HcfsError) {
    return { json: error.toJSON(), stack: error.stack ?? '', cause: plainError(error.cause) }
  }
  const unexpected = new HcfsError('COMPUTE_FAILED', `${service} failed in ${method}; the cause says why`, {
    details: { service, method }
  })
  return {
    json: unexpected.toJSON(),
    stack: unexpected.stack ?? '',
    cause: plainError(error) ?? new Error(String(error))
  }
}

export function decodeFailure({ json, stack, cause }: CallFailure): HcfsError {
  const plain = HcfsError.fromJSON(json)
  const error =
    cause === undefined ? plain : new HcfsError(plain.code, plain.message, { details: plain.details, cause })
  error.stack = stack
  return error
}

/** Without what cannot be cloned: an error may carry anything as its cause or in fields of its own. */
function plainError(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const plain = new Error(error.message)
  plain.name = error.name
  plain.stack = error.stack ?? ''
  return plain
}
