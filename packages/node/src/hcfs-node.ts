import type { Clock, ContextsApi, DeviceId, Durability, NetworkId, Startable } from '@hcfs/core'
import { StartableGroup } from '@hcfs/core'
import type { Contexts } from './contexts/contexts.ts'
import type { Identity } from './membership/identity.ts'
import type { Replica } from './replica/replica.ts'
import type { OpenStore } from './storage/open-store.ts'

export interface HcfsNodeComponents {
  opened: OpenStore
  identity: Identity
  replica: Replica
  contexts: Contexts
  clock: Pick<Clock, 'now'>
}

export interface HcfsNodeFacts {
  readonly name: string
  readonly durability: Durability
}

/** A running node. Close it, or let `await using` do so: what is waiting to be written is written first. */
export class HcfsNode implements AsyncDisposable {
  readonly id: DeviceId
  readonly network: NetworkId
  readonly name: string
  readonly contexts: ContextsApi
  readonly #components: HcfsNodeComponents
  readonly #members: Startable

  constructor(components: HcfsNodeComponents, { name }: HcfsNodeFacts) {
    const { identity, replica, contexts } = components
    this.id = identity.key.deviceId
    this.network = identity.network
    this.name = name
    this.contexts = contexts
    this.#components = components
    this.#members = new StartableGroup([replica])
  }

  start(): Promise<void> {
    return this.#members.start()
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    try {
      await this.#members.stop()
    } finally {
      await this.#components.opened.close()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
