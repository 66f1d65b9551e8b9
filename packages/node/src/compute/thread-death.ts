import { HcfsError } from '@hcfs/core'

/** Whether a call failed because the thread of its service is gone: every further call would fail alike. */
export function isThreadDeath(error: unknown): boolean {
  return error instanceof HcfsError && error.code === 'COMPUTE_FAILED' && error.details['died'] === true
}
