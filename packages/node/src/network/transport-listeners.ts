import type { Logger } from '@hcfs/core'
import type { TransportEvents } from './transport.ts'

type Listener<Name extends keyof TransportEvents> = (event: TransportEvents[Name]) => void

/** Who wants to know what happens to connections. A listener that throws is logged and disturbs nobody. */
export class TransportListeners {
  readonly #logger: Logger
  readonly #listeners: { readonly [Name in keyof TransportEvents]: Set<Listener<Name>> } = {
    'peer-connected': new Set(),
    'peer-disconnected': new Set(),
    'peer-found': new Set(),
    'addresses-changed': new Set()
  }

  constructor(logger: Logger) {
    this.#logger = logger
  }

  on<Name extends keyof TransportEvents>(
    name: Name,
    listener: Listener<Name>,
    { signal }: { readonly signal?: AbortSignal } = {}
  ): void {
    if (signal?.aborted === true) return
    this.#listeners[name].add(listener)
    signal?.addEventListener('abort', () => this.#listeners[name].delete(listener), { once: true })
  }

  emit<Name extends keyof TransportEvents>(name: Name, event: TransportEvents[Name]): void {
    for (const listener of [...this.#listeners[name]]) {
      try {
        listener(event)
      } catch (error) {
        this.#logger.error('listener-failed', { name, error })
      }
    }
  }
}
