import type { Clock, Random } from '@hcfs/core'
import { bytesToHex, HcfsError } from '@hcfs/core'

export interface RetriesComponents {
  clock: Pick<Clock, 'wait'>
  random: Random
}

export interface RetriesOptions {
  /** How often a call is tried again. @default 4 */
  readonly triesMax?: number
  /** The pause before the second try, which doubles from then on. @default 100 */
  readonly pauseMs?: number
}

const KEY_BYTES = 16
/** A reader that lost its connection for good would ask for ever; so long a pause costs nobody anything. */
const PAUSE_MS_MAX = 10_000

/**
 * When a call is tried again: after failures that may pass, and only where trying
 * again cannot do twice what was meant once. Pauses double, and are scattered so
 * that many clients of a node do not come back at once.
 */
export class Retries {
  readonly #components: RetriesComponents
  readonly #triesMax: number
  readonly #pauseMs: number

  constructor(components: RetriesComponents, { triesMax = 4, pauseMs = 100 }: RetriesOptions = {}) {
    this.#components = components
    this.#triesMax = triesMax
    this.#pauseMs = pauseMs
  }

  /** Names a write, so that the node makes it once however often it comes. */
  newKey(): string {
    return bytesToHex(this.#components.random.bytes(KEY_BYTES))
  }

  async run<Result>(call: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await call()
      } catch (error) {
        if (tries >= this.#triesMax || !mayPass(error)) throw error
        await this.pause(tries, signal)
      }
    }
  }

  async pause(tries: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random } = this.#components
    const limitMs = Math.min(PAUSE_MS_MAX, this.#pauseMs * 2 ** Math.min(tries, 20))
    try {
      await clock.wait(limitMs / 2 + random.below(Math.ceil(limitMs / 2) + 1), signal ? { signal } : {})
    } catch (cause) {
      throw new HcfsError('OPERATION_ABORTED', 'The caller gave up on this call', { cause })
    }
  }
}

/** The node could not be reached, or is busy. What it decided it would decide again. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof HcfsError)) return false
  switch (error.code) {
    case 'CONNECTION_LOST':
    case 'NODE_NOT_RUNNING':
    case 'RATE_LIMITED':
    case 'WRITE_QUEUE_FULL':
    case 'COMPUTE_BUSY':
      return true
    default:
      return false
  }
}
