import { ERROR_CODES, HcfsError } from '@hcfs/core'
import type { Paint } from './colours.ts'

/** How a command ends that could not do what it was asked for. */
export interface Failure {
  readonly exitCode: number
  readonly error: HcfsError
}

/** Mistakes of the file system that a user can do something about. */
const SYSTEM_ERRORS: Readonly<
  Record<string, { code: 'BAD_REQUEST' | 'FILE_NOT_FOUND' | 'FILE_REFUSED'; text: string }>
> = {
  ENOENT: { code: 'FILE_NOT_FOUND', text: 'There is no such file' },
  EACCES: { code: 'FILE_REFUSED', text: 'You may not open that file' },
  EPERM: { code: 'FILE_REFUSED', text: 'You may not open that file' },
  EROFS: { code: 'FILE_REFUSED', text: 'That file lies on a read-only disk' },
  EISDIR: { code: 'BAD_REQUEST', text: 'That is a folder, not a file' },
  ENOTDIR: { code: 'BAD_REQUEST', text: 'A part of that file name is a file, not a folder' },
  EEXIST: { code: 'BAD_REQUEST', text: 'That file exists already' }
}

export function failureOf(thrown: unknown): Failure {
  const error = knownError(thrown)
  return { error, exitCode: ERROR_CODES[error.code].exitCode }
}

/** What a person reads: what happened, and what may help. */
export function failureText({ error }: Failure, paint: Paint): string {
  return `${paint('red', 'error:')} ${error.message} ${paint('dim', `(${error.code})`)}`
}

function knownError(thrown: unknown): HcfsError {
  if (thrown instanceof HcfsError) return thrown
  if (!(thrown instanceof Error)) return new HcfsError('INTERNAL', String(thrown))
  if (thrown.name === 'AbortError') {
    return new HcfsError('OPERATION_ABORTED', 'Interrupted; what was done until then is done', { cause: thrown })
  }
  const { code, path } = systemPartsOf(thrown)
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code]
  if (known === undefined) return new HcfsError('INTERNAL', thrown.message, { cause: thrown })
  const place = path === undefined ? '' : `: ${path}`
  return new HcfsError(known.code, `${known.text}${place}`, {
    cause: thrown,
    details: { ...(path !== undefined && { file: path }) }
  })
}

function systemPartsOf(error: Error): { code?: string; path?: string } {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
  return { ...(code !== undefined && { code }), ...(path !== undefined && { path }) }
}
