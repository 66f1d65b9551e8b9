import { open, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { storeError } from './store-errors.ts'

/** LevelDB writes to its log what it had to leave out of a damaged write-ahead log, and says it nowhere else. */
const DROPPED_PATTERN = /dropping (\d+) bytes/g
const WRITE_AHEAD_LOG_PATTERN = /^\d+\.log$/
const DATA_FILE_PATTERN = /^\d+\.(?:log|ldb|sst)$/

/** Room for the manifest and the tables' indexes beside what the write-ahead logs hold. */
const REOPEN_SLACK_BYTES = 8 * 1_024 * 1_024

/**
 * What must be known of the files of a LevelDB that its interface does not tell.
 *
 * Never opens `LOCK`: closing any handle of that file releases the lock of the
 * whole process (POSIX record locks), and a second process could open the store.
 */

/** Without `CURRENT`, LevelDB takes a directory for a new one and starts empty over what is left. */
export async function assertNotDecapitated(location: string): Promise<void> {
  const names = await readdir(location).catch((): string[] => [])
  if (names.includes('CURRENT') || !names.some((name) => DATA_FILE_PATTERN.test(name))) return
  throw storeError('STORAGE_CORRUPT', new Error('The store has data files, but its file CURRENT is missing'))
}

/** Bytes of the write-ahead log that the last opening could not read. A record cut off by a crash does not count. */
export async function droppedAtOpening(location: string): Promise<number> {
  const log = await readFile(join(location, 'LOG'), 'utf8').catch(() => '')
  return [...log.matchAll(DROPPED_PATTERN)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
}

/**
 * Flushes the write-ahead logs. A log that is gone meanwhile was moved into a
 * table, which LevelDB syncs itself. All of them, because LevelDB does
 * not flush a log that it leaves for the next one.
 */
export async function syncWriteAheadLogs(location: string): Promise<void> {
  for (const file of await writeAheadLogs(location)) {
    try {
      await using handle = await open(file, 'r+')
      await handle.datasync()
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
}

/** Opening writes the write-ahead logs into tables. When there is no room for that, the store would be open no more. */
export async function assertRoomToReopen(location: string): Promise<void> {
  const sizes = await Promise.all((await writeAheadLogs(location)).map((file) => stat(file).catch(() => ({ size: 0 }))))
  const needed = sizes.reduce((sum, { size }) => sum + size, REOPEN_SLACK_BYTES)
  const { bavail, bsize } = await statfs(location)
  if (bavail * bsize >= needed) return
  throw storeError('STORAGE_FULL', new Error(`${needed} bytes are needed, ${bavail * bsize} are free`))
}

async function writeAheadLogs(location: string): Promise<string[]> {
  const names = await readdir(location)
  return names.filter((name) => WRITE_AHEAD_LOG_PATTERN.test(name)).map((name) => join(location, name))
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
