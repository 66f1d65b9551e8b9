import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeyName } from '../membership/identity.ts'
import { readCounts } from '../replica/counts.ts'
import { STORE_FORMAT_VERSION } from '../storage/format-version.ts'
import type { OrderedStore, StoreReads } from '../storage/ordered-store.ts'
import { backupExists, backupNotWritten } from './backup-errors.ts'
import type { Frame } from './backup-format.ts'
import { encodeFrame, MAGIC } from './backup-format.ts'

export interface BackupComponents {
  store: Pick<OrderedStore, 'snapshot'>
  keyring: { find(name: KeyName): Promise<Uint8Array | undefined> }
}

export interface BackupResult {
  readonly bytes: number
  readonly contexts: number
}

const OWNER_ONLY = 0o600
const KEY_NAMES: readonly KeyName[] = ['device', 'owner', 'recovery']
const WRITE_BYTES = 1_024 * 1_024

/**
 * Copies a running node to a file, as it is at this moment, with its keys.
 *
 * The file is there whole or not at all: it is written under another name,
 * fsynced, and then linked, and a link never replaces a file.
 */
export async function writeBackup(
  { store, keyring }: BackupComponents,
  file: string,
  signal: AbortSignal | undefined
): Promise<BackupResult> {
  const draft = `${file}.partial`
  await assertFree(file)
  await rm(draft, { force: true })
  try {
    await using snapshot = store.snapshot()
    const result = await writeDraft(draft, framesOf(snapshot, keyring, signal), readCounts(snapshot).shown)
    await link(draft, file)
    await syncFolder(dirname(file))
    return result
  } catch (error) {
    throw backupNotWritten(file, error)
  } finally {
    await rm(draft, { force: true })
  }
}

async function* framesOf(
  snapshot: StoreReads,
  keyring: BackupComponents['keyring'],
  signal: AbortSignal | undefined
): AsyncGenerator<Frame> {
  yield { kind: 'format', name: String(STORE_FORMAT_VERSION), value: new Uint8Array() }
  for (const name of KEY_NAMES) {
    const seed = await keyring.find(name)
    if (seed !== undefined) yield { kind: 'key', name, value: seed }
  }
  for await (const chunk of snapshot.scan(signal === undefined ? {} : { signal })) {
    for (const [name, value] of chunk) yield { kind: 'record', name, value }
  }
  yield { kind: 'end', name: '', value: new Uint8Array() }
}

async function writeDraft(draft: string, frames: AsyncIterable<Frame>, contexts: number): Promise<BackupResult> {
  const handle = await open(draft, 'wx', OWNER_ONLY)
  try {
    const sink = new HashingSink(handle)
    await sink.write(MAGIC)
    for await (const frame of frames) await sink.write(encodeFrame(frame))
    const bytes = await sink.end()
    await handle.sync()
    return { bytes, contexts }
  } finally {
    await handle.close()
  }
}

/** Collects small frames, and ends with the hash of all of them. */
class HashingSink {
  readonly #handle: FileHandle
  readonly #hash = createHash('sha256')
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #bytes = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    await this.#append(bytes)
  }

  async end(): Promise<number> {
    await this.#append(this.#hash.digest())
    await this.#flush()
    return this.#bytes
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.byteLength
    if (this.#waitingBytes >= WRITE_BYTES) await this.#flush()
  }

  async #flush(): Promise<void> {
    await this.#handle.writeFile(Buffer.concat(this.#waiting))
    this.#bytes += this.#waitingBytes
    this.#waiting = []
    this.#waitingBytes = 0
  }
}

/** Early, so that nobody waits for a copy that cannot be kept; the link decides. */
async function assertFree(file: string): Promise<void> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (handle === undefined) return
  await handle.close()
  throw backupExists(file)
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync()
  await handle?.close()
}
