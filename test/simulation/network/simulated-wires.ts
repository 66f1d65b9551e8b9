import type { DeviceId, SeededRandom } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { MemoryLink } from '../../../packages/node/src/network/memory-link.ts'
import { MemoryNetwork } from '../../../packages/node/src/network/memory-network.ts'
import type { MemoryStation } from '../../../packages/node/src/network/memory-station.ts'
import type { GossipHandler } from '../../../packages/node/src/network/transport.ts'
import type { Tally } from '../tally.ts'
import type { VirtualTime } from '../virtual-time.ts'
import type { NetworkFaults } from './network-faults.ts'
import { CALM } from './network-faults.ts'

export interface SimulatedWiresComponents {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly tally: Tally
}

/** A connection with one direction cut says nothing for so long, and then breaks. */
const BREAKS_AFTER_MS_MIN = 4_000
const BREAKS_AFTER_MS_MAX = 15_000
/** What was lost on a connection is sent again after so long. */
const RESENT_AFTER_MS = 200

type Delivery = () => void

/**
 * The network of a simulation under the transport in memory.
 *
 * 1. A connection keeps the order in each direction, as over TCP; what is lost on it
 *    comes later. Connections of different nodes overtake each other.
 * 2. Gossip is lost, doubled and late by itself, before the cache of what was seen and behind it.
 * 3. Nothing reaches a machine that is down, and nothing of its last life comes from it.
 */
export class SimulatedWires extends MemoryNetwork {
  readonly #components: SimulatedWiresComponents
  readonly #ways = new Set<SimulatedLink>()
  readonly #down = new Set<DeviceId>()
  /** How many cuts are on a direction: they may overlap. */
  readonly #cuts = new Map<string, number>()
  #faults: NetworkFaults
  deliveries = 0
  bytes = 0

  constructor(components: SimulatedWiresComponents, faults: NetworkFaults) {
    super({ random: components.random })
    this.#components = components
    this.#faults = faults
  }

  /** From now on nothing that one says reaches the other, until the cut is mended. */
  cutWay(from: DeviceId, to: DeviceId): void {
    this.#changeCuts(from, to, 1)
    const { time, random } = this.#components
    const patienceMs = BREAKS_AFTER_MS_MIN + random.below(BREAKS_AFTER_MS_MAX - BREAKS_AFTER_MS_MIN)
    for (const link of this.#linksOf(from, to)) {
      time.after(patienceMs, () => {
        if (this.isCutWay(from, to)) link.cut(broken())
      })
    }
  }

  mendWay(from: DeviceId, to: DeviceId): void {
    this.#changeCuts(from, to, -1)
    if (!this.isCutWay(from, to)) for (const link of this.#linksOf(from, to)) link.release(to)
  }

  /** Nothing is lost any more. */
  healAll(): void {
    this.#faults = CALM
    this.#cuts.clear()
    for (const link of this.#ways) for (const end of link.ends) link.release(end)
  }

  /** The machine is off, at once. Its neighbours find their connections reset. */
  powerOff(device: DeviceId): void {
    this.#down.add(device)
    this.leave(device)
    for (const link of [...this.#ways]) if (link.ends.includes(device)) link.cut(broken())
  }

  powerOn(device: DeviceId): void {
    this.#down.delete(device)
  }

  isCutWay(from: DeviceId, to: DeviceId): boolean {
    return (this.#cuts.get(wayOf(from, to)) ?? 0) > 0
  }

  /** A connection needs both directions. */
  override isCut(one: DeviceId, other: DeviceId): boolean {
    return this.isCutWay(one, other) || this.isCutWay(other, one)
  }

  override join(station: MemoryStation): void {
    // A program that was killed in the middle of its start may get here still.
    if (this.#down.has(station.device)) return
    this.#disturb(station)
    super.join(station)
  }

  override reach(from: DeviceId, address: string): MemoryStation | undefined {
    return this.#down.has(from) ? undefined : super.reach(from, address)
  }

  override newLink(dialer: DeviceId, dialed: DeviceId): MemoryLink {
    const link = new SimulatedLink([dialer, dialed], {
      binding: this.random.bytes(32),
      carry: (to, arrive) => this.#carry(link, to, arrive),
      count: (bytes) => {
        this.bytes += bytes
      }
    })
    this.#ways.add(link)
    link.onCut(() => this.#ways.delete(link))
    return link
  }

  #carry(link: SimulatedLink, to: DeviceId, arrive: Delivery): void {
    const { time } = this.#components
    this.deliveries += 1
    const from = link.other(to)
    const atMs = Math.max(link.busyUntilMs(to), time.nowMs + this.#delayMs() + this.#resendMs())
    link.setBusyUntil(to, atMs)
    time.after(atMs - time.nowMs, () => {
      if (this.isCutWay(from, to)) link.hold(to, arrive)
      else arrive()
    })
  }

  /** Gossip that a connection brings may still be lost: in a queue that is full, or by whoever should have passed it on. */
  #disturb({ device, gossip }: MemoryStation): void {
    const { time, tally } = this.#components
    const received = gossip.received.bind(gossip)
    const subscribe = gossip.subscribe.bind(gossip)
    gossip.received = (from, topic, bytes) => {
      this.bytes += bytes.byteLength
      if (this.#isOneOf(this.#faults.dropPercent)) return tally.count('dropped')
      const isDoubled = this.#isOneOf(this.#faults.duplicatePercent)
      if (isDoubled) tally.count('duplicated')
      if (this.#faults.delayMsMax <= CALM.delayMsMax) return received(from, topic, bytes)
      time.after(this.#delayMs(), () => received(from, topic, bytes))
      if (isDoubled) time.after(this.#delayMs(), () => received(from, topic, bytes))
    }
    gossip.subscribe = (topic, handler) =>
      subscribe(
        topic,
        this.#forgetful(handler, () => this.stationOf(device)?.gossip === gossip && gossip.hears(topic))
      )
  }

  /** What was seen does not come again: the handler never hears of it, or hears twice when the cache forgot it. */
  #forgetful(handler: GossipHandler, isListening: () => boolean): GossipHandler {
    const { time, tally } = this.#components
    return (message) => {
      if (this.#isOneOf(this.#faults.forgetPercent)) {
        tally.count('forgotten')
        return 'ignore'
      }
      if (this.#isOneOf(this.#faults.duplicatePercent)) {
        const again = { from: message.from, bytes: message.bytes.slice() }
        time.after(this.#delayMs(), () => {
          if (isListening()) handler(again)
        })
      }
      return handler(message)
    }
  }

  #delayMs(): number {
    const { random, tally } = this.#components
    const { delayMsMax, spikePercent, spikeMsMax } = this.#faults
    if (!this.#isOneOf(spikePercent)) return 1 + random.below(delayMsMax)
    tally.count('spikes')
    return 1 + random.below(spikeMsMax)
  }

  #resendMs(): number {
    return this.#isOneOf(this.#faults.dropPercent) ? RESENT_AFTER_MS : 0
  }

  #isOneOf(percent: number): boolean {
    return percent > 0 && this.#components.random.below(100) < percent
  }

  #linksOf(from: DeviceId, to: DeviceId): SimulatedLink[] {
    return [...this.#ways].filter(({ ends }) => ends.includes(from) && ends.includes(to))
  }

  #changeCuts(from: DeviceId, to: DeviceId, by: number): void {
    const way = wayOf(from, to)
    this.#cuts.set(way, Math.max(0, (this.#cuts.get(way) ?? 0) + by))
  }
}

/** One connection, whose directions take time. */
class SimulatedLink extends MemoryLink {
  readonly #carry: (to: DeviceId, arrive: Delivery) => void
  readonly #count: (bytes: number) => void
  readonly #busyUntilMs = new Map<DeviceId, number>()
  readonly #held = new Map<DeviceId, Delivery[]>()

  constructor(
    ends: readonly [DeviceId, DeviceId],
    components: {
      readonly binding: Uint8Array
      readonly carry: (to: DeviceId, arrive: Delivery) => void
      readonly count: (bytes: number) => void
    }
  ) {
    super(ends, { binding: components.binding, onPending: () => {} })
    this.#carry = components.carry
    this.#count = components.count
  }

  busyUntilMs(to: DeviceId): number {
    return this.#busyUntilMs.get(to) ?? 0
  }

  setBusyUntil(to: DeviceId, atMs: number): void {
    this.#busyUntilMs.set(to, atMs)
  }

  override deliver(to: DeviceId, delivery: Delivery): void {
    if (this.isCut) return
    this.#carry(to, () => {
      if (!this.isCut) delivery()
    })
  }

  hold(to: DeviceId, arrive: Delivery): void {
    const held = this.#held.get(to) ?? []
    held.push(arrive)
    this.#held.set(to, held)
  }

  release(to: DeviceId): void {
    const held = this.#held.get(to) ?? []
    this.#held.delete(to)
    for (const arrive of held) arrive()
  }

  override rawStream(from: DeviceId, far: Parameters<MemoryLink['rawStream']>[1]): ReturnType<MemoryLink['rawStream']> {
    const raw = super.rawStream(from, far)
    return {
      ...raw,
      write: (bytes) => {
        this.#count(bytes.byteLength)
        return raw.write(bytes)
      }
    }
  }
}

function broken(): HcfsError {
  return new HcfsError('PEER_UNREACHABLE', 'The connection broke')
}

function wayOf(from: DeviceId, to: DeviceId): string {
  return `${from}>${to}`
}
