import { HcfsError } from '@hcfs/core'
import { toStoreError } from '../storage/store-errors.ts'

export function backupExists(file: string): HcfsError {
  return new HcfsError('BACKUP_EXISTS', `There is a file at ${file} already; choose another name, or move it away`, {
    details: { file }
  })
}

/** Names the file: the disk that is full, or that refuses, need not be the one of the node. */
export function backupNotWritten(file: string, cause: unknown): HcfsError {
  const details = { file }
  if (codeOf(cause) === 'EEXIST') return backupExists(file)
  if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR')
    return new HcfsError('FILE_NOT_FOUND', `The folder of ${file} does not exist; make it first`, { cause, details })
  const failure = toStoreError(cause)
  if (failure.code === 'DIRECTORY_NOT_WRITABLE')
    return new HcfsError('FILE_REFUSED', `The node may not write ${file}; name another file`, { cause, details })
  if (failure.code === 'STORAGE_FULL')
    return new HcfsError(
      'STORAGE_FULL',
      `There is no room for the backup ${file}; free some space, or name another disk`,
      {
        cause,
        details
      }
    )
  return failure
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

export function backupDamaged(file: string, why: string): HcfsError {
  return new HcfsError(
    'BACKUP_DAMAGED',
    `${file} is not a whole backup: ${why}. Nothing was restored; take another copy`,
    {
      details: { file }
    }
  )
}

export function directoryNotEmpty(directory: string): HcfsError {
  return new HcfsError(
    'DIRECTORY_NOT_EMPTY',
    `${directory} is not empty, and a backup never replaces what is there; name a new directory`,
    { details: { directory } }
  )
}
