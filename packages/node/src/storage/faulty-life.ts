import type { Clock } from '@hcfs/core'
import { storeClosed, storeError } from './store-errors.ts'

export interface FaultyLifeOptions {
  clock: Pick<Clock, 'wait'>
  random: { below(limit: number): number }
  delayMsMax: number
}

/** How long a `FaultyStore` lives, and what still runs in it when it dies. */
export class FaultyLife {
  readonly #options: FaultyLifeOptions
  #status: 'open' | 'closing' | 'closed' | 'crashed' = 'open'
  #opening = 0
  #work: Promise<void> = Promise.resolve()

  constructor(options: FaultyLifeOptions) {
    this.#options = options
  }

  assertOpen(): void {
    if (this.#status !== 'open') throw storeClosed()
  }

  /** A check that throws once the store is closed, or was opened anew since this call. */
  thisOpening(): () => void {
    const opening = this.#opening
    return () => {
      if (this.#status === 'closed' || this.#status === 'crashed') throw storeClosed()
      if (this.#opening !== opening) throw storeError('STORAGE_FAILED')
    }
  }

  openAnew(): void {
    this.#opening += 1
  }

  /** Resolves when `finish` has. Calls that began before may go on until then. */
  async close(finish: () => Promise<void>): Promise<void> {
    if (this.#status !== 'open') return
    this.#status = 'closing'
    await finish()
    this.#status = 'closed'
  }

  /** Resolves when what had reached the disk is there. */
  async crash(): Promise<void> {
    this.#status = 'crashed'
    await this.#work
  }

  /** Lets time pass. */
  async delay(): Promise<void> {
    const { clock, random, delayMsMax } = this.#options
    if (delayMsMax > 0) await clock.wait(random.below(delayMsMax + 1))
    await this.#hangAfterCrash()
  }

  /** Does something to the disk that a crash does not cut in two. */
  async touch(work: () => Promise<void>): Promise<void> {
    const done = work()
    this.#work = done.catch(() => {})
    await done
    await this.#hangAfterCrash()
  }

  async #hangAfterCrash(): Promise<void> {
    if (this.#status === 'crashed') await new Promise(() => {})
  }
}
