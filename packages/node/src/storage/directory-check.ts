import { access, chmod, constants, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { toStoreError } from './store-errors.ts'

/** The folder with everything that must not be lost. */
export const STORE_FOLDER = 'store'

/** What may lie in a directory before it has a store. Anything else means that somebody named the wrong directory. */
const EXPECTED_NAMES: ReadonlySet<string> = new Set([
  STORE_FOLDER,
  'index',
  'log',
  'config.json',
  'device.key',
  'owner.key',
  'recovery.key',
  'holder.json',
  'holder.json.new',
  'node.sock',
  '.gitignore',
  '.DS_Store',
  'lost+found'
])

const OWNER_ONLY = 0o700
const OTHERS = 0o077

/** Sees to it that there is a directory that only its owner can enter, and that it can be ours. */
export async function prepareDirectory(directory: string, log: Logger): Promise<void> {
  try {
    await mkdir(dirname(directory), { recursive: true })
    await mkdir(directory, { mode: OWNER_ONLY }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
    if (!(await stat(directory)).isDirectory()) throw invalid(directory, 'is a file, not a directory')
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    await assertOurs(directory)
    await closeToOthers(directory, log)
  } catch (error) {
    throw directoryError(directory, error)
  }
}

export function directoryError(directory: string, error: unknown): HcfsError {
  if (hasCode(error, 'ENOTDIR') || hasCode(error, 'EEXIST'))
    return invalid(directory, 'lies below something that is no directory')
  const failure = toStoreError(error)
  if (failure.code !== 'DIRECTORY_NOT_WRITABLE') return failure
  return new HcfsError(
    'DIRECTORY_NOT_WRITABLE',
    `The data directory ${directory} cannot be written; change its owner or permissions, or choose another with --dir`,
    { cause: error, details: { directory } }
  )
}

async function assertOurs(directory: string): Promise<void> {
  const names = await readdir(directory)
  if (names.includes(STORE_FOLDER)) return
  const foreign = names.find((name) => !EXPECTED_NAMES.has(name))
  if (foreign === undefined) return
  throw invalid(directory, `holds other files (${foreign}) and no hcfs store; choose an empty or a new directory`)
}

async function closeToOthers(directory: string, log: Logger): Promise<void> {
  // Windows has no such mode; what the folder inherits protects it there.
  if (process.platform === 'win32') return
  const { mode } = await stat(directory)
  if ((mode & OTHERS) === 0) return
  await chmod(directory, mode & ~OTHERS).catch((error: unknown) => {
    // A volume that belongs to somebody else and is shared by group, as containers have it.
    log.warn('directory-open-to-others', { directory, error })
  })
}

function invalid(directory: string, why: string): HcfsError {
  return new HcfsError('DIRECTORY_INVALID', `The data directory ${directory} ${why}`, { details: { directory } })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
