import type { ServerResponse } from 'node:http'
import { HcfsError } from '@hcfs/core'

/**
 * Aborted when the caller hangs up before it has its answer. (Node tells of a
 * request's end in the same way as of a lost connection, so the response is what to look at.)
 * A write with an idempotency key goes on: its caller comes back for the answer.
 */
export function callerSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (response.req?.headers['idempotency-key'] !== undefined) return controller.signal
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new HcfsError('OPERATION_ABORTED', 'The caller hung up'))
  })
  return controller.signal
}
