import type { Clock, ContextPath, Logger, NetworkId, Random, Startable } from '@hcfs/core'
import { Lifecycle, StartableGroup } from '@hcfs/core'
import { SignatureVerifier } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { Transport } from '../network/transport.ts'
import type { Compared } from './compare-copies.ts'
import { compareCopies } from './compare-copies.ts'
import { GossipDriver } from './gossip-driver.ts'
import type { Penalise } from './penalise.ts'
import type { CommitReceiver, ReplicatedState } from './replicated-state.ts'
import { SyncDriver } from './sync-driver.ts'
import type { LastSync } from './sync-scheduler.ts'
import { SyncScheduler } from './sync-scheduler.ts'

export interface ReplicationComponents {
  readonly transport: Pick<
    Transport,
    'device' | 'on' | 'peers' | 'openStream' | 'handle' | 'publish' | 'subscribe' | 'unsubscribe'
  >
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly state: ReplicatedState
  readonly receiver: CommitReceiver
  readonly policy: PolicySource
  /** The spaces that this node keeps a copy of: those that it may read, unless it was told otherwise. */
  readonly spaces: () => readonly ContextPath[]
  readonly penalise: Penalise
}

export interface ReplicationOptions {
  readonly network: NetworkId
  readonly reconcilePauseMsMin: number
  readonly reconcilePauseMsMax: number
  readonly gossipCollectMsMax: number
  readonly gossipCollectBytesMax: number
}

/**
 * Keeps the copies of all members equal: gossip makes changes arrive fast, and
 * reconciliation makes sure that they arrive.
 *
 * The transport is started after this and stopped before it, or the other way round: both bear it.
 */
export class Replication implements Startable {
  readonly #sync: SyncDriver
  readonly #scheduler: SyncScheduler
  readonly #gossip: GossipDriver
  readonly #components: ReplicationComponents
  readonly #lifecycle: Lifecycle
  #stopping = new AbortController()

  constructor(components: ReplicationComponents, options: ReplicationOptions) {
    const { log } = components
    this.#components = components
    this.#sync = new SyncDriver(
      { ...components, log: log.child('sync'), onFollowed: (outcome) => this.#scheduler.followed(outcome) },
      options
    )
    this.#scheduler = new SyncScheduler({ ...components, log: log.child('sync'), sync: this.#sync }, options)
    this.#gossip = new GossipDriver(
      {
        ...components,
        log: log.child('gossip'),
        verifier: new SignatureVerifier(),
        onGap: (peer, space) => this.#scheduler.gap(peer, space),
        onUnheard: (space) => this.#compareSoon(space)
      },
      options
    )
    const parts = new StartableGroup([this.#sync, this.#scheduler, this.#gossip])
    this.#lifecycle = new Lifecycle('replication', {
      onStart: async () => {
        await parts.start()
        this.#stopping = new AbortController()
        this.#components.policy.onChanged(() => this.refresh(), { signal: this.#stopping.signal })
      },
      onStop: async () => {
        this.#stopping.abort()
        await parts.stop()
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** For callers that want one session now, as `hcfs sync` does. */
  get sync(): Pick<SyncDriver, 'lead'> {
    return this.#sync
  }

  /** To be called when the choice of spaces has changed; a change of the policy does it by itself. */
  refresh(): void {
    this.#gossip.refresh()
  }

  /** Somebody waits for what is not here: every neighbour is asked. */
  hurry(): void {
    for (const space of this.#components.spaces()) this.#compareSoon(space)
  }

  /** Compares with every neighbour, now. */
  compare(options: { readonly signal?: AbortSignal } = {}): Promise<readonly Compared[]> {
    const { transport } = this.#components
    return compareCopies({ ...this.#components, sync: this.#sync, peers: () => transport.peers() }, options)
  }

  lastSyncs(): readonly LastSync[] {
    return this.#scheduler.last()
  }

  /** On the monotonic clock: when the next session begins by itself at the latest. */
  nextSyncMs(): number {
    return this.#scheduler.nextMs()
  }

  #compareSoon(space: ContextPath): void {
    for (const { device } of this.#components.transport.peers()) this.#scheduler.gap(device, space)
  }
}
