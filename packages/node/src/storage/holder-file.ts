import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Who has a data directory open. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /** ISO 8601. */
  readonly startedAt: string
}

/** Tells one file from a copy of it: a copy, a restored backup and a changed file differ in at least one. */
export interface FileTrace {
  readonly inode: string
  readonly changedAtNs: string
}

const HOLDER_FILE = 'holder.json'
const OWNER_ONLY = 0o600

/**
 * A file that says who holds a data directory.
 *
 * It locks nothing: the lock is LevelDB's, which the operating system releases
 * when a process dies. So a file that a dead process left is no obstacle, and
 * nobody has to guess whether a process number is still the same process.
 *
 * It is written anew at each opening. The store remembers its trace, and finds
 * out by that whether it was copied or restored since.
 */
export async function writeHolder(directory: string, holder: Holder): Promise<FileTrace> {
  const draft = join(directory, `${HOLDER_FILE}.new`)
  await using handle = await open(draft, 'w', OWNER_ONLY)
  await handle.writeFile(`${JSON.stringify(holder)}\n`)
  await handle.sync()
  await rename(draft, join(directory, HOLDER_FILE))
  const trace = await traceOfHolder(directory)
  if (trace === undefined) throw new Error(`${HOLDER_FILE} is gone right after it was written`)
  return trace
}

/** `undefined` when there is none, or when it is not whole. */
export async function readHolder(directory: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(join(directory, HOLDER_FILE), 'utf8'))
    return isHolder(holder) ? holder : undefined
  } catch {
    return undefined
  }
}

export async function traceOfHolder(directory: string): Promise<FileTrace | undefined> {
  const found = await stat(join(directory, HOLDER_FILE), { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : { inode: String(found.ino), changedAtNs: String(found.ctimeNs) }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  return (
    'pid' in value &&
    typeof value.pid === 'number' &&
    'host' in value &&
    typeof value.host === 'string' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  )
}
