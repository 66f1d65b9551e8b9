import type { HcfsError } from '@hcfs/core'
import { ERROR_CODES } from '@hcfs/core'

const GOING_AWAY = 1_001
const INTERNAL = 1_011
const TRY_AGAIN_LATER = 1_013
/** 4400–4499 mirror the statuses of HTTP; editors do not connect again after one of them. */
const PRIVATE = 4_000

/** How a WebSocket is closed because of an error: what connecting again cannot mend is 4000 and its HTTP status. */
export function closeCodeOf({ code }: HcfsError): number {
  const { httpStatus, retryable } = ERROR_CODES[code]
  if (code === 'NODE_NOT_RUNNING') return GOING_AWAY
  if (retryable || code === 'STREAM_CLOSED') return TRY_AGAIN_LATER
  return httpStatus < 500 ? PRIVATE + httpStatus : INTERNAL
}
