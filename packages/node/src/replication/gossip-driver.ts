import type { Clock, ContextPath, Logger, NetworkId, Startable } from '@hcfs/core'
import { Lifecycle } from '@hcfs/core'
import type { SignatureVerifier } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { GossipMessage, GossipVerdict, Transport } from '../network/transport.ts'
import { topicOf } from '../network/transport.ts'
import { GossipInbox } from './gossip-inbox.ts'
import { GossipJudge } from './gossip-judge.ts'
import { GossipPublisher } from './gossip-publisher.ts'
import { PayloadFetcher } from './payload-fetcher.ts'
import { PayloadServer } from './payload-server.ts'
import type { Penalise } from './penalise.ts'
import type { CommitReceiver, ReplicatedState } from './replicated-state.ts'

export interface GossipDriverComponents {
  readonly transport: Pick<Transport, 'device' | 'publish' | 'subscribe' | 'unsubscribe' | 'openStream' | 'handle'>
  readonly clock: Pick<Clock, 'wait' | 'monotonicMs'>
  readonly log: Logger
  readonly state: ReplicatedState
  readonly receiver: CommitReceiver
  readonly policy: Pick<PolicySource, 'state'>
  readonly verifier: SignatureVerifier
  readonly spaces: () => readonly ContextPath[]
  readonly penalise: Penalise
  /** Something of a space is missing; this peer may have it. */
  readonly onGap: (peer: GossipMessage['from'], space: ContextPath) => void
  /** No neighbour took what was told of a space. */
  readonly onUnheard: (space: ContextPath) => void
}

export interface GossipDriverOptions {
  readonly network: NetworkId
  readonly gossipCollectMsMax: number
  readonly gossipCollectBytesMax: number
}

/**
 * Makes changes arrive fast: says what this device wrote, and takes what others
 * say. Nothing depends on it; what it loses reconciliation brings.
 */
export class GossipDriver implements Startable {
  readonly #components: GossipDriverComponents
  readonly #network: NetworkId
  readonly #judge: GossipJudge
  readonly #inbox: GossipInbox
  readonly #fetcher: PayloadFetcher
  readonly #server: PayloadServer
  readonly #publisher: GossipPublisher
  readonly #lifecycle: Lifecycle
  readonly #subscribed = new Set<ContextPath>()
  #stopping = new AbortController()
  #publishing: Promise<void> = Promise.resolve()
  #isHandling = false

  constructor(components: GossipDriverComponents, options: GossipDriverOptions) {
    const { receiver, log, onGap } = components
    this.#components = components
    this.#network = options.network
    this.#judge = new GossipJudge(components, options)
    this.#fetcher = new PayloadFetcher(components)
    this.#server = new PayloadServer(components)
    this.#inbox = new GossipInbox({ receiver, log, onGap, fetcher: this.#fetcher })
    this.#publisher = new GossipPublisher(components, options)
    this.#lifecycle = new Lifecycle('gossip', { onStart: async () => this.#begin(), onStop: () => this.#end() })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Listens where there is something to hear; to be called when the policy or the choice of spaces has changed. */
  refresh(): void {
    if (this.#lifecycle.status === 'stopped' || this.#lifecycle.status === 'stopping') return
    const { transport, spaces } = this.#components
    const wanted = new Set(spaces())
    for (const space of this.#subscribed) {
      if (wanted.has(space)) continue
      transport.unsubscribe(topicOf(this.#network, space))
      this.#subscribed.delete(space)
    }
    for (const space of wanted) {
      if (this.#subscribed.has(space)) continue
      this.#subscribed.add(space)
      transport.subscribe(topicOf(this.#network, space), (message) => this.#hear(message, space))
    }
  }

  #hear(message: GossipMessage, space: ContextPath): GossipVerdict {
    const { verdict, commits, announced, isGap } = this.#judge.judge(message, space)
    // Neighbours pass on only what they have judged themselves, so this one made it up.
    if (verdict === 'reject') this.#components.penalise(message.from, 'gossip that no node sends')
    const isUnknown = announced.some(({ id }) => this.#components.state.log.positionOf(id) === undefined)
    if (isGap || isUnknown) this.#components.onGap(message.from, space)
    this.#inbox.take(
      message.from,
      commits.filter(({ commit }) => this.#components.state.log.positionOf(commit.id) === undefined)
    )
    return verdict
  }

  #begin(): void {
    this.#stopping = new AbortController()
    const { signal } = this.#stopping
    this.#inbox.start()
    if (!this.#isHandling) this.#server.handle()
    this.#isHandling = true
    this.refresh()
    this.#publishing = this.#publisher.run(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#components.log.warn('gossip-publishing-ended', { error })
    })
  }

  async #end(): Promise<void> {
    this.#stopping.abort()
    for (const space of this.#subscribed) this.#components.transport.unsubscribe(topicOf(this.#network, space))
    this.#subscribed.clear()
    this.#fetcher.close()
    await this.#inbox.stop()
    await this.#publishing
    await this.#publisher.settled()
  }
}
