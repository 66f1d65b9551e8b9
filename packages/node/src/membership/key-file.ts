import { link, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Random } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

const SEED_BYTES = 32
const OWNER_ONLY = 0o600

/**
 * The seed of a private key, in a file of its own that only its owner may read.
 *
 * Created whole or not at all: the bytes are fsynced under another name and then
 * linked, and a link never replaces a file that is there.
 */
export async function readOrCreateKeyFile(file: string, random: Random): Promise<Uint8Array> {
  const known = await readKeyFile(file)
  if (known !== undefined) return known
  const seed = random.bytes(SEED_BYTES)
  await writeKeyFile(file, seed)
  return seed
}

/** `undefined` when there is no such file. */
export async function readKeyFile(file: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  if (bytes.byteLength !== SEED_BYTES) {
    throw new HcfsError(
      'KEY_FILE_DAMAGED',
      `${file} does not hold a key: it has ${bytes.byteLength} bytes instead of ${SEED_BYTES}. Restore it from a backup`,
      {
        details: { file, bytes: bytes.byteLength }
      }
    )
  }
  await assertPrivate(file)
  return bytes
}

/** Fails when there is such a file. */
export async function writeKeyFile(file: string, seed: Uint8Array): Promise<void> {
  const draft = `${file}.new`
  await rm(draft, { force: true })
  const handle = await open(draft, 'wx', OWNER_ONLY)
  try {
    await handle.write(seed)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(draft, file)
  await rm(draft)
  await syncFolder(dirname(file))
}

/** Resolves when the file is gone for good, also if there was none. */
export async function removeKeyFile(file: string): Promise<void> {
  await rm(file, { force: true })
  await syncFolder(dirname(file))
}

async function assertPrivate(file: string): Promise<void> {
  // Windows has no such mode; the folder's own permissions protect the file there.
  if (process.platform === 'win32') return
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return
  throw new HcfsError('KEY_FILE_EXPOSED', `Other users of this machine can read ${file}. Run: chmod 600 ${file}`, {
    details: { file }
  })
}

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
