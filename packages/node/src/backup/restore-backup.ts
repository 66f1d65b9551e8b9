import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock, Logger } from '@hcfs/core'
import { HcfsError, SystemClock, silentLogger } from '@hcfs/core'
import { writeKeyFile } from '../membership/key-file.ts'
import { STORE_FORMAT_VERSION } from '../storage/format-version.ts'
import { keys } from '../storage/keys.ts'
import { readMachineId } from '../storage/machine-id.ts'
import { openDiskStore } from '../storage/open-store.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import { assertNotAborted, toStoreError } from '../storage/store-errors.ts'
import { backupDamaged, directoryNotEmpty } from './backup-errors.ts'
import type { Frame } from './backup-format.ts'
import { DIGEST_BYTES, FRAME_HEAD_BYTES, MAGIC, readFrameHead } from './backup-format.ts'

export interface RestoreOptions {
  readonly signal?: AbortSignal
  readonly clock?: Pick<Clock, 'now'>
  readonly log?: Logger
}

export interface RestoreResult {
  readonly records: number
}

const READ_BYTES = 1_024 * 1_024
const BATCH_BYTES = 1_024 * 1_024

/** What belongs to the place where the store lay, and not to what it holds. */
const OF_THE_PLACE: ReadonlySet<string> = new Set(
  (['format', 'place', 'clean-stop', 'unproven'] as const).map((name) => keys.meta(name))
)

/**
 * Makes a data directory of a backup. The whole file is checked first, and the
 * directory appears whole or not at all.
 *
 * Writes that were acknowledged after the backup may be known to others, so the
 * node goes on under a new incarnation.
 */
export async function restoreBackup(
  file: string,
  directory: string,
  options: RestoreOptions = {}
): Promise<RestoreResult> {
  await assertEmpty(directory)
  await using handle = await open(file, 'r').catch((error: unknown) => {
    throw toStoreError(error)
  })
  const end = await checkedEnd(handle, file, options.signal)
  await mkdir(dirname(directory), { recursive: true })
  const draft = await mkdtemp(`${directory}.restoring-`)
  try {
    const records = await fill(draft, framesIn(handle, file, end), options)
    await rm(directory, { recursive: true, force: true })
    await rename(draft, directory)
    return { records }
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function assertEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') throw directoryNotEmpty(directory)
    throw toStoreError(error)
  })
  if (names.length > 0) throw directoryNotEmpty(directory)
}

/** Where the frames end, once everything before is known to be as it was written. */
async function checkedEnd(handle: FileHandle, file: string, signal: AbortSignal | undefined): Promise<number> {
  const { size } = await handle.stat()
  const end = size - DIGEST_BYTES
  if (end < MAGIC.byteLength) throw backupDamaged(file, 'it is too short')
  const magic = await readAt(handle, 0, MAGIC.byteLength)
  if (!magic.equals(MAGIC)) throw backupDamaged(file, 'it does not begin like one')
  const hash = createHash('sha256')
  for (let position = 0; position < end; position += READ_BYTES) {
    assertNotAborted(signal)
    hash.update(await readAt(handle, position, Math.min(READ_BYTES, end - position)))
  }
  const digest = await readAt(handle, end, DIGEST_BYTES)
  if (!hash.digest().equals(digest)) throw backupDamaged(file, 'its checksum does not match')
  return end
}

async function* framesIn(handle: FileHandle, file: string, end: number): AsyncGenerator<Frame> {
  let position = MAGIC.byteLength
  while (position < end) {
    const head = readFrameHead(await readAt(handle, position, FRAME_HEAD_BYTES))
    if (head === undefined) throw backupDamaged(file, 'it holds something that this version does not know')
    position += FRAME_HEAD_BYTES
    const bytes = await readAt(handle, position, head.nameBytes + head.valueBytes)
    position += bytes.byteLength
    yield {
      kind: head.kind,
      name: bytes.subarray(0, head.nameBytes).toString(),
      value: Uint8Array.from(bytes.subarray(head.nameBytes))
    }
  }
}

async function fill(directory: string, frames: AsyncIterable<Frame>, options: RestoreOptions): Promise<number> {
  const { clock = new SystemClock(), log = silentLogger, signal } = options
  const opened = await openDiskStore(directory, { clock, log, machineId: () => readMachineId() })
  try {
    const filling = new Filling(opened.store)
    for await (const { kind, name, value } of frames) {
      assertNotAborted(signal)
      if (kind === 'format') assertKnownFormat(Number(name))
      if (kind === 'key') await writeKeyFile(join(directory, `${name}.key`), value)
      if (kind === 'record' && !OF_THE_PLACE.has(name)) await filling.put(name, value)
    }
    return await filling.end()
  } finally {
    await opened.close()
  }
}

class Filling {
  readonly #store: Pick<OrderedStore, 'batch'>
  #waiting: StoreOperation[] = []
  #waitingBytes = 0
  #records = 0

  constructor(store: Pick<OrderedStore, 'batch'>) {
    this.#store = store
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#waiting.push({ type: 'put', key, value })
    this.#waitingBytes += value.byteLength
    this.#records += 1
    if (this.#waitingBytes >= BATCH_BYTES) await this.#flush()
  }

  /** The directory cannot know what was written after the backup, and says so when it is opened. */
  async end(): Promise<number> {
    this.#waiting.push({ type: 'put', key: keys.meta('unproven'), value: '' })
    await this.#flush()
    return this.#records
  }

  async #flush(): Promise<void> {
    const operations = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    await this.#store.batch(operations, { sync: true })
  }
}

function assertKnownFormat(found: number): void {
  // An older one is restored as it is; opening it brings it on.
  if (Number.isSafeInteger(found) && found >= 1 && found <= STORE_FORMAT_VERSION) return
  throw new HcfsError(
    'FORMAT_TOO_NEW',
    `The backup has format ${found}, and this version of hcfs restores format ${STORE_FORMAT_VERSION}; restore it with the hcfs that wrote it, then open it with this one`,
    { details: { found, known: STORE_FORMAT_VERSION } }
  )
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
