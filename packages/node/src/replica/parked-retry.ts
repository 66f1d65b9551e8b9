import type { Clock, Logger, Startable } from '@hcfs/core'
import { Lifecycle } from '@hcfs/core'
import type { Replica } from './replica.ts'

export interface ParkedRetryComponents {
  readonly replica: Pick<Replica, 'parked' | 'retryParked'>
  readonly clock: Pick<Clock, 'wait'>
  readonly log: Logger
}

/** What came from a clock ahead of ours is due within minutes; looking costs nothing while nothing is parked. */
const RETRY_PAUSE_MS = 5_000

/** Tries again what is parked, as time passes: no commit arrives when a clock has caught up. */
export class ParkedRetry implements Startable {
  readonly #components: ParkedRetryComponents
  readonly #lifecycle: Lifecycle
  #stopping = new AbortController()
  #rounds: Promise<void> = Promise.resolve()

  constructor(components: ParkedRetryComponents) {
    this.#components = components
    this.#lifecycle = new Lifecycle('parked-retry', {
      onStart: async () => {
        this.#stopping = new AbortController()
        this.#rounds = this.#run(this.#stopping.signal)
      },
      onStop: async () => {
        this.#stopping.abort()
        await this.#rounds
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
    const { replica, clock, log } = this.#components
    while (!signal.aborted) {
      await clock.wait(RETRY_PAUSE_MS, { signal }).catch(() => {})
      if (signal.aborted || replica.parked().length === 0) continue
      await replica.retryParked().catch((error: unknown) => log.warn('parked-retry-failed', { error }))
    }
  }
}
