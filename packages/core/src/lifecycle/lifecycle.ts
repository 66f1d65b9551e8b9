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
 * 2. A `stop()` during a start waits for that start to settle, then stops. Calls
 *    that contradict each other run one after another, in the order of the calls.
 * 3. A transition that fails ends in `stopped`: a component that could not start
 *    or stop serves nobody, and a retry stays possible.
 * 4. `onStop` runs only after an `onStart` that succeeded: a start that fails
 *    undoes itself.
 */
export class Lifecycle implements Startable {
  readonly #name: string
  readonly #hooks: LifecycleHooks
  #status: LifecycleStatus = 'stopped'
  #transition: Promise<void> = Promise.resolve()
  /** Counts transitions, so that one which ends late does not overwrite the status of a later one. */
  #turn = 0
  /** Whether the last hook that finished was a successful `onStart`. `#status` may already speak of what comes next. */
  #isUp = false

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
    return this.#move('starting')
  }

  stop(): Promise<void> {
    if (this.#status === 'stopped') return Promise.resolve()
    if (this.#status === 'stopping') return this.#transition
    return this.#move('stopping')
  }

  assertStarted(): void {
    if (this.#status === 'started') return
    throw new HcfsError('NODE_NOT_RUNNING', `${this.#name} is ${this.#status}`, {
      details: { component: this.#name, status: this.#status }
    })
  }

  #move(during: 'starting' | 'stopping'): Promise<void> {
    this.#status = during
    this.#turn += 1
    this.#transition = this.#run(during, this.#transition, this.#turn)
    return this.#transition
  }

  async #run(during: 'starting' | 'stopping', previous: Promise<void>, turn: number): Promise<void> {
    await previous.catch(() => {})
    try {
      if (during === 'starting') await this.#runStart()
      else await this.#runStop()
    } finally {
      // A later call may have begun another transition meanwhile; that one decides the status then.
      if (this.#turn === turn) this.#status = this.#isUp ? 'started' : 'stopped'
    }
  }

  async #runStart(): Promise<void> {
    await this.#hooks.onStart()
    this.#isUp = true
  }

  async #runStop(): Promise<void> {
    if (!this.#isUp) return
    this.#isUp = false
    await this.#hooks.onStop()
  }
}
