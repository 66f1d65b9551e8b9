import type { ErrorCode, ErrorDetails } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** The codes an update is refused with; `docs/reference/update-validation.md` has the rule behind each. */
export type UpdateErrorCode = Extract<ErrorCode, `UPDATE_${string}`>

/** The author has to write again: the same bytes are refused by every node, for ever. */
export function updateRefusal(code: UpdateErrorCode, reason: string, details: ErrorDetails = {}): HcfsError {
  return new HcfsError(code, `Update refused: ${reason}`, { details })
}
