import type { ErrorCode } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

const FULL_PATTERN = /no space left|disk quota exceeded|not enough space|ENOSPC|EDQUOT/i
const DENIED_PATTERN = /permission denied|read-only file system|operation not permitted|EACCES|EROFS|EPERM/i

const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  STORE_CLOSED: 'The store is closed',
  STORAGE_FULL: 'The disk is full; free some space, then try again',
  STORAGE_CORRUPT: 'The store is damaged; run `hcfs verify`, or restore a backup',
  STORAGE_FAILED: 'Reading or writing the disk failed; look at the cause, then try again',
  DIRECTORY_NOT_WRITABLE: 'The store cannot be written; check the permissions of the data directory'
}

export function storeClosed(): HcfsError {
  return storeError('STORE_CLOSED')
}

export function storeError(code: ErrorCode, cause?: unknown): HcfsError {
  return new HcfsError(code, ADVICE[code] ?? code, { cause })
}

/** A failure of the disk, of Node or of LevelDB, as one of our codes. */
export function toStoreError(error: unknown): HcfsError {
  if (error instanceof HcfsError) return error
  return storeError(codeOf(error), error)
}

export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new HcfsError('OPERATION_ABORTED', 'The caller gave up', { cause: signal.reason })
}

function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof Error)) return 'STORAGE_FAILED'
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'LEVEL_DATABASE_NOT_OPEN' && error.cause !== undefined) return codeOf(error.cause)
  if (code === 'LEVEL_LOCKED') return 'DIRECTORY_IN_USE'
  if (code === 'LEVEL_CORRUPTION') return 'STORAGE_CORRUPT'
  if (code.startsWith('LEVEL_') && code.endsWith('_NOT_OPEN')) return 'STORE_CLOSED'
  const text = `${code} ${error.message}`
  if (FULL_PATTERN.test(text)) return 'STORAGE_FULL'
  return DENIED_PATTERN.test(text) ? 'DIRECTORY_NOT_WRITABLE' : 'STORAGE_FAILED'
}
