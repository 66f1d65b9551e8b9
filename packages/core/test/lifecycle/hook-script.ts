import type { LifecycleHooks } from '../../src/lifecycle/lifecycle.ts'
import { settle } from '../../src/time/manual-clock.ts'

/** Hooks that wait until the test lets them pass, and write down what happened. */
export class HookScript {
  readonly log: string[] = []
  readonly hooks: LifecycleHooks = {
    onStart: () => this.#enter('start', 'started'),
    onStop: () => this.#enter('stop', 'stopped')
  }
  isUp = false
  readonly #failing: string[]
  readonly #waiting: (() => void)[] = []

  /** Which hooks fail, in the order in which they run; what is not named succeeds. */
  constructor(failing: readonly string[] = []) {
    this.#failing = [...failing]
  }

  /** Lets the hook that is running end, and what follows run to the next hook. */
  async letNextPass(): Promise<void> {
    await settle()
    this.#waiting.shift()?.()
    await settle()
  }

  async letAllPass(...calls: readonly Promise<void>[]): Promise<void> {
    const all = Promise.all(calls)
    await this.outcomes(...calls)
    await all
  }

  /** Lets everything pass, and says of each call how it ended. */
  async outcomes(...calls: readonly Promise<unknown>[]): Promise<string[]> {
    const ends = Promise.allSettled(calls)
    await settle()
    while (this.#waiting.length > 0) await this.letNextPass()
    return (await ends).map((end) => (end.status === 'fulfilled' ? 'done' : end.reason.message))
  }

  /** Hooks that overlapped, or ran out of turn. */
  mistakes(): string[] {
    const mistakes: string[] = []
    let last = 'stopped'
    for (const event of this.log) {
      const mayFollow = MAY_FOLLOW[last] ?? []
      if (!mayFollow.includes(event)) mistakes.push(`${event} after ${last}`)
      last = event
    }
    return mistakes
  }

  async #enter(what: 'start' | 'stop', done: string): Promise<void> {
    this.log.push(what)
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
    this.isUp = false
    if (this.#failing.at(0) === what) {
      this.#failing.shift()
      throw new Error(`${what} failed`)
    }
    if (this.#failing.at(0) === 'none') this.#failing.shift()
    this.isUp = what === 'start'
    this.log.push(done)
  }
}

/** A failed hook leaves no mark, so a start may follow a start that failed, or a stop that did. */
const MAY_FOLLOW: Readonly<Record<string, readonly string[]>> = {
  stopped: ['start'],
  start: ['started', 'start'],
  started: ['stop'],
  stop: ['stopped', 'start']
}
