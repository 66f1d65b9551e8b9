import type { Clock, ContextPath, Logger, NetworkId } from '@hcfs/core'
import type { SyncedCommit } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { Transport } from '../network/transport.ts'
import { topicOf } from '../network/transport.ts'
import { encodeGossip } from './gossip-codec.ts'
import { isOpenSpace } from './open-spaces.ts'
import { planGossip } from './plan-gossip.ts'
import { bytesOfCommit, readCommit } from './read-commit.ts'
import type { ReplicatedState } from './replicated-state.ts'

export interface GossipPublisherComponents {
  readonly transport: Pick<Transport, 'device' | 'publish'>
  readonly clock: Pick<Clock, 'wait'>
  readonly log: Logger
  readonly state: Pick<ReplicatedState, 'log' | 'changes'>
  readonly policy: Pick<PolicySource, 'state'>
  readonly spaces: () => readonly ContextPath[]
  /** No neighbour took what was told of a space, as when one connected a moment ago. */
  readonly onUnheard: (space: ContextPath) => void
}

export interface GossipPublisherOptions {
  readonly network: NetworkId
  readonly gossipCollectMsMax: number
  readonly gossipCollectBytesMax: number
}

/** Read at one go; what is beyond waits for its turn. */
const READ_BYTES_MAX = 1_024 * 1_024
const READ_COMMITS_MAX = 1_000
/** Messages on their way. Gossip queues without bound below this, so the bound is here. */
const IN_FLIGHT_MAX = 8

/**
 * Tells others what this device wrote.
 *
 * 1. Only what is on the disk is told, in the order of the log.
 * 2. At once when nothing is being sent; while something is, what comes is
 *    collected until it is gone, or for `gossipCollectMsMax`.
 * 3. What cannot be sent, or nobody took, is not tried again: reconciliation brings it, and is asked to at once.
 */
export class GossipPublisher {
  readonly #components: GossipPublisherComponents
  readonly #options: GossipPublisherOptions
  readonly #inFlight = new Set<Promise<void>>()

  constructor(components: GossipPublisherComponents, options: GossipPublisherOptions) {
    this.#components = components
    this.#options = options
  }

  /** Follows the log until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { changes } = this.#components.state
    let position = changes.position
    while (!signal.aborted) {
      await changes.waitBeyond(position, signal)
      const read = this.#readOwn(position)
      position = read.position
      for (const [space, commits] of read.bySpace) await this.#publish(space, commits, signal)
      if (this.#inFlight.size > 0) await this.#collect(signal)
    }
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight)
  }

  #readOwn(after: number): { position: number; bySpace: Map<ContextPath, SyncedCommit[]> } {
    const { state, transport, spaces } = this.#components
    const kept = spaces()
    const bySpace = new Map<ContextPath, SyncedCommit[]>()
    let position = after
    let bytes = 0
    for (let count = 0; count < READ_COMMITS_MAX && bytes < READ_BYTES_MAX; count += 1) {
      if (position >= state.changes.position) break
      position += 1
      const { author, space } = state.log.header(position).header
      if (author !== transport.device || !kept.includes(space)) continue
      const commit = readCommit(state.log, position)
      bytes += bytesOfCommit(commit)
      bySpace.set(space, [...(bySpace.get(space) ?? []), commit])
    }
    return { position, bySpace }
  }

  async #publish(space: ContextPath, commits: readonly SyncedCommit[], signal: AbortSignal): Promise<void> {
    const isOpen = isOpenSpace(this.#components.policy.state, space)
    const topic = topicOf(this.#options.network, space)
    for (const gossip of planGossip(commits, { isOpen, collectBytesMax: this.#options.gossipCollectBytesMax })) {
      if (signal.aborted) return
      while (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight)
      this.#track(this.#send(space, topic, encodeGossip(gossip)))
    }
  }

  async #send(space: ContextPath, topic: string, bytes: Uint8Array): Promise<void> {
    try {
      const { recipients } = await this.#components.transport.publish(topic, bytes)
      if (recipients === 0) this.#components.onUnheard(space)
    } catch (error) {
      this.#components.log.debug('gossip-not-sent', { topic, error })
    }
  }

  /** While a send is in flight, for as long as may be collected. */
  async #collect(signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const time = this.#components.clock
      .wait(this.#options.gossipCollectMsMax, { signal: AbortSignal.any([over.signal, signal]) })
      .catch(() => {})
    await Promise.race([time, Promise.all(this.#inFlight)])
    over.abort()
  }

  #track(send: Promise<void>): void {
    this.#inFlight.add(send)
    void send.then(() => this.#inFlight.delete(send))
  }
}
