import type { ErrorCode, ErrorDetails } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** The codes an update is refused with; `docs/reference/update-validation.md` has the rule behind each. */
export type UpdateErrorCode = Extract<ErrorCode, `UPDATE_${string}`>

/** For ever, and by every node: its author has to make the change again. */
export function updateRefusal(code: UpdateErrorCode, reason: string, details: ErrorDetails = {}): HcfsError {
  return new HcfsError(code, `Update refused: ${reason}`, { details })
}

/** Whether an error is the verdict on an update, which makes its entry void, and not a failure to reach one. */
export function isUpdateRefusal(error: unknown): error is HcfsError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('UPDATE_')
}
