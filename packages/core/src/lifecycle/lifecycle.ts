import { HcfsError } from '../errors/hcfs-error.ts'

export interface Startable {
  /** Resolves when the component can serve calls. Safe to call twice. */
  start(): Promise<void>
  /** Resolves when nothing of the component runs any more. Safe to call twice. */
  stop(): Promise<void>
}

export type LifecycleStatus = 'stopped' | 'starting' | 'started' | 'stopping'

export interface LifecycleHooks {
  onStart: () => Promise<void>
  onStop: () => Promise<void>
}

/**
 * The start/stop state machine that every component holds, so that no component
 * writes its own.
 *
 * 1. Concurrent calls share one transition.
 * 2. A `stop()` during a start waits for that start to settle, then stops.
 * 3. A transition that fails ends in `stopped`: a component that could not start
 *    or stop serves nobody, and a retry stays possible.
 */
export class Lifecycle implements Startable {
  readonly #name: string
  readonly #hooks: LifecycleHooks
  #status: LifecycleStatus = 'stopped'
  #transition: Promise<void> = Promise.resolve()

  constructor(name: string, hooks: LifecycleHooks) {
    this.#name = name
    this.#hooks = hooks
  }

  get status(): LifecycleStatus {
    return this.#status
  }

  start(): Promise<void> {
    if (this.#status === 'started') return Promise.resolve()
    if (this.#status === 'starting') return this.#transition
    return this.#move('starting', 'started', this.#hooks.onStart)
  }

  stop(): Promise<void> {
    if (this.#status === 'stopped') return Promise.resolve()
    if (this.#status === 'stopping') return this.#transition
    return this.#move('stopping', 'stopped', this.#hooks.onStop)
  }

  assertStarted(): void {
    if (this.#status === 'started') return
    throw new HcfsError('NODE_NOT_RUNNING', `${this.#name} is ${this.#status}`, {
      details: { component: this.#name, status: this.#status }
    })
  }

  #move(during: LifecycleStatus, after: LifecycleStatus, hook: () => Promise<void>): Promise<void> {
    const settled = this.#transition.catch(() => {})
    this.#status = during
    const transition = settled.then(hook).then(
      () => this.#settle(during, after),
      (error: unknown) => {
        this.#settle(during, 'stopped')
        throw error
      }
    )
    this.#transition = transition
    return transition
  }

  /** A later call may have begun another transition meanwhile; that one decides the status then. */
  #settle(during: LifecycleStatus, after: LifecycleStatus): void {
    if (this.#status === during) this.#status = after
  }
}
