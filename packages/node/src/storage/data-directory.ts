import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, Durability, Logger } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import { CheckedStore } from './checked-store.ts'
import { directoryError, prepareDirectory, STORE_FOLDER } from './directory-check.ts'
import type { FormatOptions, FormatOutcome } from './format-version.ts'
import { bringToFormat } from './format-version.ts'
import type { FileTrace } from './holder-file.ts'
import { readHolder, traceOfHolder, writeHolder } from './holder-file.ts'
import { keys } from './keys.ts'
import type { LevelStoreOptions } from './level-store.ts'
import { LevelStore } from './level-store.ts'
import type { StoreOperation } from './ordered-store.ts'
import { unlessDamaged } from './own-records.ts'

export interface DataDirectoryComponents {
  clock: Pick<Clock, 'now'>
  log: Logger
  /** Names the machine, `readMachineId` in a real node. */
  machineId: () => Promise<string>
}

export interface DataDirectoryOptions extends LevelStoreOptions, FormatOptions {}

/** What opening a directory told about its past. */
export interface Opening {
  readonly format: FormatOutcome
  /** The last holder closed it. False after a crash, and for a new directory. */
  readonly wasClosedCleanly: boolean
  /** Same machine, and not copied or restored since the last opening. */
  readonly isSamePlace: boolean
  /** Damaged bytes that LevelDB left out of its log. Not 0: acknowledged writes may be missing. */
  readonly droppedBytes: number
  /** An earlier opening could not prove that nothing is missing, and nobody has acted on that yet. */
  readonly isProofPending: boolean
}

/** Where a store stood when it was opened last. */
interface Place extends FileTrace {
  readonly machine: string
}

/**
 * A data directory that this process holds, until it is closed.
 *
 * 1. One process at a time; the next one is told who it is (`DIRECTORY_IN_USE`).
 * 2. The directory belongs to its owner alone (0700).
 * 3. The store has the format of this program. A newer one is refused, and nothing in it changed.
 * 4. A directory that may have lost or doubled writes says so at every opening until
 *    `settleProof` is stored.
 */
export class DataDirectory implements AsyncDisposable {
  readonly path: string
  readonly store: CheckedStore
  readonly opening: Opening
  readonly #log: Logger
  #closing: Promise<void> | undefined

  private constructor(parts: { path: string; store: CheckedStore; opening: Opening; log: Logger }) {
    this.path = parts.path
    this.store = parts.store
    this.opening = parts.opening
    this.#log = parts.log
  }

  static async open(
    path: string,
    components: DataDirectoryComponents,
    options: DataDirectoryOptions = {}
  ): Promise<DataDirectory> {
    const { log } = components
    await prepareDirectory(path, log)
    const level = await openLevel(path, options)
    const store = new CheckedStore(level)
    try {
      const format = await bringToFormat({ store, log }, options)
      const opening = await takePlace({ ...components, path, store }, { format, droppedBytes: level.droppedBytes })
      log.info('directory-opened', { directory: path, ...opening, format: format.kind })
      return new DataDirectory({ path, store, opening, log })
    } catch (error) {
      await store.close()
      // A mistake of the program stays one; everything else is about this directory.
      throw error instanceof TypeError ? error : directoryError(path, error)
    }
  }

  /**
   * Whether the newest write that this directory ever acknowledged is surely in it. When it
   * is not, whoever signs must go on under a new incarnation, and store `settleProof` with it.
   */
  provesLastWrite(durability: Durability): boolean {
    const { format, isSamePlace, droppedBytes, isProofPending, wasClosedCleanly } = this.opening
    if (format.kind === 'created') return true
    if (!isSamePlace || droppedBytes > 0 || isProofPending) return false
    return durability === 'disk' || wasClosedCleanly
  }

  /** To be stored in one batch with the new incarnation. */
  settleProof(): StoreOperation {
    return { type: 'del', key: keys.meta('unproven') }
  }

  /** The caller has ended its writes. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    try {
      await this.store.batch([{ type: 'put', key: keys.meta('clean-stop'), value: '' }], { sync: true })
    } catch (error) {
      // The next opening takes this for a crash, which is what a disk that refuses writes amounts to.
      this.#log.warn('clean-stop-not-stored', { directory: this.path, error })
    }
    await this.store.close()
  }
}

async function openLevel(path: string, options: DataDirectoryOptions): Promise<LevelStore> {
  try {
    return await LevelStore.open(join(path, STORE_FOLDER), options)
  } catch (error) {
    throw hasErrorCode(error, 'DIRECTORY_IN_USE') ? await inUse(path, error) : directoryError(path, error)
  }
}

async function inUse(path: string, cause: unknown): Promise<HcfsError> {
  const holder = await readHolder(path)
  const who =
    holder === undefined
      ? 'another process that has only just started'
      : `process ${holder.pid} on ${holder.host}, since ${holder.startedAt}`
  return new HcfsError(
    'DIRECTORY_IN_USE',
    `The data directory ${path} is in use by ${who}. Talk to that node (\`connect({ dir })\` of the sdk), or stop it first`,
    { cause, details: { directory: path, ...holder } }
  )
}

/** Compares where the store is with where it was, and writes down where it is. */
async function takePlace(
  { path, store, clock, machineId }: DataDirectoryComponents & { path: string; store: CheckedStore },
  known: Pick<Opening, 'format' | 'droppedBytes'>
): Promise<Opening> {
  const machine = await machineId()
  const before = await traceOfHolder(path)
  const expected = unlessDamaged(() => placeFrom(store.getTextSync(keys.meta('place'))), undefined)
  const opening: Opening = {
    ...known,
    wasClosedCleanly: unlessDamaged(() => store.getSync(keys.meta('clean-stop')) !== undefined, false),
    isSamePlace: isSame(expected, before === undefined ? undefined : { ...before, machine }),
    isProofPending: unlessDamaged(() => store.getSync(keys.meta('unproven')) !== undefined, true)
  }
  const isUnproven = known.format.kind !== 'created' && (!opening.isSamePlace || opening.droppedBytes > 0)
  const startedAt = new Date(clock.now()).toISOString()
  const trace = await writeHolder(path, { pid: process.pid, host: hostname(), startedAt })
  const operations: StoreOperation[] = [
    { type: 'put', key: keys.meta('place'), value: JSON.stringify({ ...trace, machine }) },
    { type: 'del', key: keys.meta('clean-stop') }
  ]
  if (isUnproven) operations.push({ type: 'put', key: keys.meta('unproven'), value: '' })
  await store.batch(operations, { sync: true })
  return opening
}

function placeFrom(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined
  const place: Place = JSON.parse(text)
  return place
}

function isSame(expected: Place | undefined, found: Place | undefined): boolean {
  if (expected === undefined || found === undefined) return false
  return (
    expected.machine === found.machine && expected.inode === found.inode && expected.changedAtNs === found.changedAtNs
  )
}
