import type { Logger, Startable } from '@hcfs/core'
import { HcfsError, StartableGroup } from '@hcfs/core'

export interface RunningNetworkComponents {
  /** The transport first, and behind it what talks over it. */
  readonly members: readonly Startable[]
  /** Whether it comes up with the node, and not only when it is asked for. */
  readonly isWanted: () => Promise<boolean>
  /** Once all of them run. */
  readonly onUp: () => Promise<void>
  readonly log: Logger
}

/**
 * The part of a node that talks to others. It comes up beside the node: what is on the disk
 * is served before anybody is dialed, and a node that is alone never loads what it needs for it.
 */
export class RunningNetwork implements Startable {
  readonly #components: RunningNetworkComponents
  readonly #group: StartableGroup
  #up: Promise<void> | undefined
  #asked: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(components: RunningNetworkComponents) {
    this.#components = components
    this.#group = new StartableGroup(components.members)
  }

  /** Resolves before the network is up; `up` says when it is, and why it is not. */
  async start(): Promise<void> {
    this.#isOver = false
    // That it failed was logged, and whoever asks is told.
    this.#asked = this.#upIfWanted().catch(() => {})
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#asked
    // It may be on its way up; that it failed was told to whoever wanted it.
    await this.#up?.catch(() => {})
    this.#up = undefined
    await this.#group.stop()
  }

  /** Resolves when others can reach this node. One attempt serves all who ask; after a failure the next one tries again. */
  up(): Promise<void> {
    if (this.#isOver) return Promise.reject(new HcfsError('NODE_NOT_RUNNING', 'The node was closed; open it again'))
    this.#up ??= this.#goUp()
    return this.#up
  }

  async #upIfWanted(): Promise<void> {
    if ((await this.#components.isWanted()) && !this.#isOver) await this.up()
  }

  async #goUp(): Promise<void> {
    try {
      await this.#group.start()
      await this.#components.onUp()
    } catch (error) {
      this.#components.log.warn('network-not-up', { error })
      this.#up = undefined
      await this.#group.stop().catch((failure: unknown) => this.#components.log.warn('network-not-down', { failure }))
      throw error
    }
  }
}
