import { HcfsError } from '@hcfs/core'

/** `problem` completes the sentence. */
export function invalidSyncMessage(problem: string, cause?: unknown): HcfsError {
  return new HcfsError(
    'SYNC_MESSAGE_INVALID',
    `Not a message of reconciliation: ${problem}; close the session and ask another peer`,
    { cause }
  )
}

/** Runs what reads a message: whatever code a part of it fails with, the message is what is wrong. */
export function readingSync<Read>(read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    if (error instanceof HcfsError && error.code !== 'SYNC_MESSAGE_INVALID') {
      throw invalidSyncMessage('a part of it is not what it claims', error)
    }
    throw error
  }
}
