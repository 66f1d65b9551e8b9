import { HcfsError } from '@hcfs/core'

/** The command was called in a way it does not understand; exits with 2. */
export function usageError(message: string): HcfsError {
  return new HcfsError('BAD_REQUEST', message)
}
