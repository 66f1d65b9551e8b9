import type { Clock, DeviceId, Logger } from '@hcfs/core'
import type { ConnectedPeer } from '../transport.ts'

interface GossipWatchComponents {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
  /** Those of them that gossip does not reach now. */
  readonly unreached: (connected: readonly DeviceId[]) => readonly DeviceId[]
  readonly hangUp: (device: DeviceId) => Promise<void>
  readonly dial: (address: string) => Promise<void>
}

/** Gossip opens its streams a moment after the connection; a member is missed only after this. */
export const GOSSIP_GRACE_MS = 15_000

/** A gossip stream that died on a live connection is not opened again by itself; a new connection brings a new one. */
export class GossipWatch {
  readonly #components: GossipWatchComponents
  readonly #missedSince = new Map<DeviceId, number>()
  #redials = 0

  constructor(components: GossipWatchComponents) {
    this.#components = components
  }

  get redials(): number {
    return this.#redials
  }

  forget(device: DeviceId): void {
    this.#missedSince.delete(device)
  }

  /** Looks once. Relayed connections carry no gossip and are not missed. */
  async look(peers: readonly ConnectedPeer[]): Promise<void> {
    const direct = peers.filter(({ isRelayed }) => !isRelayed)
    const unreached = new Set(this.#components.unreached(direct.map(({ device }) => device)))
    for (const device of [...this.#missedSince.keys()]) if (!unreached.has(device)) this.forget(device)
    for (const peer of direct) if (unreached.has(peer.device)) await this.#missed(peer)
  }

  async #missed({ device, address, isInbound }: ConnectedPeer): Promise<void> {
    const { clock, logger, hangUp, dial } = this.#components
    const sinceMs = this.#missedSince.get(device) ?? clock.monotonicMs()
    this.#missedSince.set(device, sinceMs)
    if (clock.monotonicMs() - sinceMs < GOSSIP_GRACE_MS) return
    this.forget(device)
    this.#redials += 1
    logger.info('gossip-lost', { peer: device })
    await hangUp(device)
    // Who dialed here is known by a port that nobody listens on; it dials again itself.
    if (!isInbound) await dial(address).catch((error: unknown) => logger.debug('redial-failed', { device, error }))
  }
}
