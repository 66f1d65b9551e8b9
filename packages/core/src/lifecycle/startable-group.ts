import type { Startable } from './lifecycle.ts'
import { Lifecycle } from './lifecycle.ts'

/**
 * Starts components one after another and stops them in the opposite order.
 * Order is the caller's array, so a composition root reads like a boot log. A
 * member that fails to start undoes the ones before it; a member that fails to
 * stop does not keep the others running. A `stop()` during a start waits for
 * it, so that no member starts after the group has stopped.
 */
export class StartableGroup implements Startable {
  readonly #members: readonly Startable[]
  readonly #lifecycle: Lifecycle

  constructor(members: readonly Startable[]) {
    this.#members = [...members]
    this.#lifecycle = new Lifecycle('group', { onStart: () => this.#startAll(), onStop: () => this.#stopAll() })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  async #startAll(): Promise<void> {
    const started: Startable[] = []
    for (const member of this.#members) {
      try {
        await member.start()
        started.push(member)
      } catch (error) {
        const failures = await stopInReverse(started)
        if (failures.length === 0) throw error
        throw new AggregateError([error, ...failures], 'Start failed, and so did the stop that followed')
      }
    }
  }

  async #stopAll(): Promise<void> {
    const failures = await stopInReverse(this.#members)
    if (failures.length > 0) throw new AggregateError(failures, 'Some components did not stop')
  }
}

async function stopInReverse(members: readonly Startable[]): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const member of members.toReversed()) {
    try {
      await member.stop()
    } catch (error) {
      failures.push(error)
    }
  }
  return failures
}
