import type { Clock } from '@hcfs/core'
import type { IndexFollower } from './index-follower.ts'

export interface ImportPaceComponents {
  readonly follower: Pick<IndexFollower, 'state' | 'reached'>
  /** Resolves once the vectors of what is indexed are made; at once where they are made elsewhere. */
  readonly vectorsSettled: (signal: AbortSignal) => Promise<void>
  /** The last position of the log. */
  readonly position: () => number
  readonly clock: Pick<Clock, 'wait'>
}

export interface ImportPaceLimits {
  readonly indexPaceMsMax: number
}

/** Smaller batches are the everyday writes of agents. */
const IMPORT_ITEMS_MIN = 64

/**
 * Keeps imports in step with the index, so that what others write meanwhile is found soon: a large batch waits until
 * the index has what was there before the last large batch.
 *
 * 1. No batch waits longer than `indexPaceMsMax`, whatever the index does.
 * 2. Nobody waits for an index that is being opened or has failed.
 */
export class ImportPace {
  readonly #components: ImportPaceComponents
  readonly #limits: ImportPaceLimits
  /** Where the log ended when the last large batch began. */
  #mark = 0

  constructor(components: ImportPaceComponents, limits: ImportPaceLimits) {
    this.#components = components
    this.#limits = limits
  }

  /** Nothing for a batch that need not wait: it counts among what waits for the disk at once. */
  beforeBatch(itemCount: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    if (itemCount < IMPORT_ITEMS_MIN) return undefined
    const { follower, position } = this.#components
    const wanted = this.#mark
    this.#mark = position()
    return follower.state.name === 'following' ? this.#wait(wanted, signal) : undefined
  }

  async #wait(wanted: number, signal: AbortSignal | undefined): Promise<void> {
    const { follower, vectorsSettled, clock } = this.#components
    const end = new AbortController()
    const ended = signal === undefined ? end.signal : AbortSignal.any([end.signal, signal])
    const indexed = follower.reached(wanted, ended).then(() => vectorsSettled(ended))
    const waited = clock.wait(this.#limits.indexPaceMsMax, { signal: ended })
    // An index that stops, or a caller that does, ends the wait; the write itself says what came of it.
    await Promise.race([indexed, waited]).catch(() => {})
    end.abort()
    await Promise.allSettled([indexed, waited])
  }
}
