import type { Logger, Startable } from '@hcfs/core'
import { Lifecycle } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { Replica } from './replica.ts'

export interface PolicyAdoptionComponents {
  readonly policy: PolicySource
  readonly replica: Pick<Replica, 'adoptPolicy' | 'policy'>
  readonly log: Logger
}

/** Lets the replica judge by the newest policy. Of several that come while it judges, only the last is adopted. */
export class PolicyAdoption implements Startable {
  readonly #components: PolicyAdoptionComponents
  readonly #lifecycle: Lifecycle
  #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(components: PolicyAdoptionComponents) {
    this.#components = components
    this.#lifecycle = new Lifecycle('policy-adoption', {
      onStart: async () => {
        this.#stopping = new AbortController()
        const { policy } = this.#components
        policy.onChanged(() => this.#adoptNewest(), { signal: this.#stopping.signal })
        this.#adoptNewest()
      },
      onStop: async () => {
        this.#stopping.abort()
        await this.#work
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** What fails here is made good by the next start, which judges by the policy that is stored. */
  #adoptNewest(): void {
    const { log } = this.#components
    this.#work = this.#work
      .then(() => this.#adopt(this.#components.policy.state))
      .catch((error: unknown) => log.error('policy-not-adopted', { error }))
  }

  async #adopt(state: PolicyState): Promise<void> {
    const { replica } = this.#components
    if (this.#stopping.signal.aborted || replica.policy === state) return
    await replica.adoptPolicy(state)
  }
}
