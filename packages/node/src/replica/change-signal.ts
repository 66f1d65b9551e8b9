import { HcfsError } from '@hcfs/core'

interface Waiter {
  readonly beyond: number
  readonly wake: () => void
  readonly refuse: (error: Error) => void
}

/**
 * Tells those who follow the log that it has grown. It carries no changes: who
 * wakes reads the log from the position it has reached, so that a slow follower
 * costs no memory and misses nothing.
 */
export class ChangeSignal {
  #position: number
  readonly #waiters = new Set<Waiter>()
  #isEnded = false

  constructor(position: number) {
    this.#position = position
  }

  /** The last position that is in the log and durable as promised. */
  get position(): number {
    return this.#position
  }

  advance(position: number): void {
    if (position <= this.#position) return
    this.#position = position
    for (const waiter of this.#waiters) if (waiter.beyond < position) waiter.wake()
  }

  /** Nothing more will come: whoever waits fails with `NODE_NOT_RUNNING`. */
  end(): void {
    this.#isEnded = true
    for (const waiter of this.#waiters) waiter.refuse(nodeClosed())
  }

  /** Resolves once the log holds something after `position`; rejects with the signal's reason. */
  waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    if (this.#position > position) return Promise.resolve()
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (this.#isEnded) return reject(nodeClosed())
      const leave = (): void => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', onAbort)
      }
      const waiter: Waiter = {
        beyond: position,
        wake: () => {
          leave()
          resolve()
        },
        refuse: (error) => {
          leave()
          reject(error)
        }
      }
      const onAbort = (): void => {
        leave()
        reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
    })
  }
}

function nodeClosed(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'The node was closed while this waited for changes; open it again')
}
