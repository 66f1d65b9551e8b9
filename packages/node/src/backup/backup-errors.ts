import { HcfsError } from '@hcfs/core'

export function backupExists(file: string): HcfsError {
  return new HcfsError('BACKUP_EXISTS', `There is a file at ${file} already; choose another name, or move it away`, {
    details: { file }
  })
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
