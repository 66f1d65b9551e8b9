import { HcfsError } from '@hcfs/core'

export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedEmbedding(signal)
}

export function abortedEmbedding(signal: AbortSignal): HcfsError {
  return new HcfsError('OPERATION_ABORTED', 'The caller no longer waits for the vectors', { cause: signal.reason })
}
