import type { Clock } from '@hcfs/core'
import type { OrderedStore } from './ordered-store.ts'

export interface BufferedSyncComponents<Result> {
  store: Pick<OrderedStore, 'sync'>
  clock: Pick<Clock, 'wait'>
  /** These are on the disk now; each is told once, in order. */
  onSynced: (results: readonly Result[]) => void
  onFailed: (error: unknown) => void
}

/**
 * Sees to it that what was written without an fsync gets one soon. One fsync
 * at a time, at most every `pauseMs`, and none while nothing was written.
 */
export class BufferedSync<Result> {
  readonly #components: BufferedSyncComponents<Result>
  readonly #pauseMs: number
  #unsynced: Result[] = []
  #pause: AbortController | undefined
  #syncing: Promise<void> = Promise.resolve()

  constructor(components: BufferedSyncComponents<Result>, pauseMs: number) {
    this.#components = components
    this.#pauseMs = pauseMs
  }

  /** Takes note of results that were written just now. */
  add(results: readonly Result[]): void {
    for (const result of results) this.#unsynced.push(result)
    if (this.#pause === undefined && this.#unsynced.length > 0) void this.#syncAfterPause()
  }

  /** Syncs what was added so far. */
  flush(): Promise<void> {
    this.#pause?.abort()
    this.#pause = undefined
    this.#syncing = this.#syncing.then(() => this.#sync())
    return this.#syncing
  }

  async #syncAfterPause(): Promise<void> {
    const pause = new AbortController()
    this.#pause = pause
    const isDue = await this.#components.clock.wait(this.#pauseMs, { signal: pause.signal }).then(
      () => true,
      () => false
    )
    if (isDue) await this.flush()
  }

  async #sync(): Promise<void> {
    if (this.#unsynced.length === 0) return
    const results = this.#unsynced
    this.#unsynced = []
    try {
      await this.#components.store.sync()
    } catch (error) {
      // What was written meanwhile is in doubt as well: after a failed fsync, the system may have thrown it away.
      this.#unsynced = []
      this.#components.onFailed(error)
      return
    }
    this.#components.onSynced(results)
  }
}
