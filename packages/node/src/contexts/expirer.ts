import type { Clock, ContextPath, Logger, Startable } from '@hcfs/core'
import { FORMAT_LIMITS, Lifecycle } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { isShown } from '../replica/context-row.ts'
import { expiresAtMs, expiresHash } from '../replica/expiry.ts'
import type { Replica } from '../replica/replica.ts'
import type { EntryDecision } from '../replica/write-request.ts'
import { keys } from '../storage/keys.ts'
import type { StoreReads } from '../storage/ordered-store.ts'

export interface ExpirerComponents {
  store: Pick<StoreReads, 'scanKeys'>
  replica: Pick<Replica, 'write' | 'rows' | 'signer'>
  clock: Pick<Clock, 'now' | 'wait'>
  log: Logger
}

export interface ExpirerOptions {
  expiryPauseMs: number
}

/** So long everybody but the last writer waits, so that nodes do not all write the same. */
const OTHERS_WAIT_MS = 24 * 60 * 60 * 1_000

/**
 * Writes the entries that say that contexts have expired. Reads hide them at
 * once without it; this moves them to the trash, here and on other nodes.
 *
 * The device that wrote a context last does so, any other only a day later.
 */
export class Expirer implements Startable {
  readonly #components: ExpirerComponents
  readonly #options: ExpirerOptions
  readonly #lifecycle: Lifecycle
  #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(components: ExpirerComponents, options: ExpirerOptions) {
    this.#components = components
    this.#options = options
    this.#lifecycle = new Lifecycle('expirer', {
      onStart: async () => {
        this.#stopping = new AbortController()
        this.#running = this.#run(this.#stopping.signal)
      },
      onStop: () => {
        this.#stopping.abort()
        return this.#running
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#components
    while (!signal.aborted) {
      try {
        await this.#expireDue(signal)
      } catch (error) {
        // A full disk, for one. The next round tries again, and reads hide what has expired meanwhile.
        if (!signal.aborted) log.warn('expiry-failed', { error })
      }
      await clock.wait(this.#options.expiryPauseMs, { signal }).catch(() => {})
    }
  }

  async #expireDue(signal: AbortSignal): Promise<void> {
    const { store, replica, clock } = this.#components
    for await (const chunk of store.scanKeys({ ...keys.expiryRange(clock.now()), signal })) {
      const due = chunk.map((key) => keys.parseExpiryKey(key).path).filter((path) => this.#isOurs(path))
      for (let start = 0; start < due.length; start += FORMAT_LIMITS.commitEntriesMax) {
        const paths = due.slice(start, start + FORMAT_LIMITS.commitEntriesMax)
        await replica.write(
          { paths, decide: ({ row }) => paths.flatMap((path) => this.#decide(row(path))) },
          { signal }
        )
      }
    }
  }

  #isOurs(path: ContextPath): boolean {
    const { replica } = this.#components
    const row = replica.rows.shown(path)
    return row !== undefined && this.#decide(row).length > 0
  }

  #decide(row: ContextRow | undefined): EntryDecision[] {
    const { clock, replica } = this.#components
    const atMs = row === undefined || !isShown(row) ? undefined : expiresAtMs(row.content)
    if (row === undefined || atMs === undefined) return []
    const dueMs = row.author === replica.signer.writer.author ? atMs : atMs + OTHERS_WAIT_MS
    if (dueMs > clock.now()) return []
    return [{ kind: 'expire', path: row.path, reason: 'expired', about: expiresHash(row.content) }]
  }
}
