import type { Clock, Logger, Random } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { Embedder } from './embedding/embedder.ts'
import { growingPauseMs } from './growing-pause.ts'

export interface EmbedderSourceComponents {
  readonly create: (signal: AbortSignal) => Promise<Embedder>
  /** There is an embedder now, after `get` had to do without. */
  readonly onLate: () => void
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface EmbedderSourceOptions {
  readonly indexRetryPauseMsMax: number
}

/** So long the index waits for its embedder before it opens without: words are found at once. */
const WAIT_MS = 1_000

/**
 * The embedder of a node, which may be a server that is away when the node starts.
 * It is asked for again, after pauses that grow, until it is there.
 */
export class EmbedderSource {
  readonly #components: EmbedderSourceComponents
  readonly #options: EmbedderSourceOptions
  readonly #stopping = new AbortController()
  readonly #firstTry = Promise.withResolvers<void>()
  #creating: Promise<void> | undefined
  #embedder: Embedder | undefined
  #failure: unknown
  #isLate = false

  constructor(components: EmbedderSourceComponents, options: EmbedderSourceOptions) {
    this.#components = components
    this.#options = options
  }

  get current(): Embedder | undefined {
    return this.#embedder
  }

  /** Why there is none yet. */
  get failure(): unknown {
    return this.#failure
  }

  /** Undefined when it cannot be had now; `onLate` tells when it can. */
  async get(): Promise<Embedder | undefined> {
    this.#creating ??= this.#create(this.#stopping.signal)
    const enough = new AbortController()
    const waited = this.#components.clock.wait(WAIT_MS, { signal: enough.signal }).catch(() => {})
    await Promise.race([this.#firstTry.promise, waited])
    enough.abort()
    this.#isLate = this.#embedder === undefined
    return this.#embedder
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    this.#firstTry.resolve()
    await this.#creating
    await this.#embedder?.close?.()
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { create, clock, random, log, onLate } = this.#components
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        this.#embedder = await create(signal)
        this.#failure = undefined
        this.#firstTry.resolve()
        if (this.#isLate && !signal.aborted) onLate()
        return
      } catch (error) {
        if (signal.aborted) return
        log.warn('embedder-unavailable', { error, failures })
        this.#failure = error
        this.#firstTry.resolve()
        // Settings that are wrong stay wrong until the next start.
        if (hasErrorCode(error, 'EMBEDDER_INVALID')) return
        const pauseMs = growingPauseMs(failures, this.#options.indexRetryPauseMsMax, random)
        await clock.wait(pauseMs, { signal }).catch(() => {})
      }
    }
  }
}
