import type { ErrorCode } from '@hcfs/core'
import { HcfsError, isErrorCode } from '@hcfs/core'

/** What a model should do next; the messages of errors say what happened. */
const NEXT_STEPS: Partial<Record<ErrorCode, string>> = {
  CONTEXT_NOT_FOUND:
    'Call context_list on the parent path, or context_search, to find what exists. To create it, call context_write.',
  VERSION_CONFLICT: 'Read it again and repeat the call with the version that you then get.',
  VERSION_UNKNOWN: 'Call context_history to see the versions of this context.',
  VERSION_INVALID: 'Pass a version exactly as a result gave it, or a time in ISO 8601.',
  PATH_INVALID: 'A path looks like /projects/apollo/notes.',
  TOKEN_INVALID: 'Pass a token exactly as a result gave it, or leave it out.',
  NOT_CAUGHT_UP: 'What the token names has not arrived yet. Call context_wait, or repeat the call without the token.',
  QUERY_INVALID: 'Repeat the call with literal: true to search for plain words.',
  CONTEXT_TOO_LARGE: 'Split the text over several contexts below this path.',
  NODE_NOT_RUNNING: 'Ask the user to run: hcfs start',
  CONNECTION_LOST: 'Repeat the call; if it fails again, ask the user to run: hcfs start'
}

/** An error as a model reads it. An unexpected one tells nothing of its inside. */
export function errorText(thrown: unknown): string {
  const error = knownError(thrown)
  const next = NEXT_STEPS[error.code] ?? (error.retryable ? 'Repeating the same call may help.' : undefined)
  return `Error ${error.code}: ${error.message}${next === undefined ? '' : ` Next: ${next}`}`
}

export function knownError(thrown: unknown): HcfsError {
  if (thrown instanceof HcfsError) return thrown
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && isErrorCode(thrown.code)) {
    return new HcfsError(thrown.code, thrown.message, { cause: thrown })
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new HcfsError('OPERATION_ABORTED', 'The call was cancelled', { cause: thrown })
  }
  return new HcfsError('INTERNAL', 'Something unexpected failed; the log of hcfs says more', { cause: thrown })
}
