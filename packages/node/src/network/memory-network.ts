import type { DeviceId, Random } from '@hcfs/core'
import { bytesToHex, HcfsError } from '@hcfs/core'
import { MemoryLink } from './memory-link.ts'
import type { MemoryStation } from './memory-station.ts'

export interface MemoryNetworkComponents {
  /** Decides which of the things that are on their way arrives first. */
  readonly random: Random
}

export interface MemoryNetworkOptions {
  /**
   * Runs the next delivery later. A simulation passes its own and so owns time.
   * @default queueMicrotask
   */
  readonly schedule?: (run: () => void) => void
}

const ADDRESS_PREFIX = '/memory/'

/**
 * The wires between the memory transports of one process, for tests and the
 * simulation. Has no timers: whatever can arrive arrives, in an order that the
 * seed gives, where only each direction of a link keeps its own.
 */
export class MemoryNetwork {
  readonly random: Random
  readonly #schedule: (run: () => void) => void
  readonly #stations = new Map<DeviceId, MemoryStation>()
  readonly #cut = new Set<string>()
  readonly #links = new Set<MemoryLink>()
  readonly #pending: (() => void)[] = []
  readonly #providers = new Map<string, Set<DeviceId>>()

  constructor({ random }: MemoryNetworkComponents, { schedule = queueMicrotask }: MemoryNetworkOptions = {}) {
    this.random = random
    this.#schedule = schedule
  }

  /** Ends the connection of two devices and lets none be made until `heal`. */
  cut(one: DeviceId, other: DeviceId): void {
    this.#cut.add(pair(one, other))
    const reason = new HcfsError('PEER_UNREACHABLE', 'The wire was cut')
    for (const link of [...this.#links]) if (pair(...link.ends) === pair(one, other)) link.cut(reason)
  }

  heal(one: DeviceId, other: DeviceId): void {
    this.#cut.delete(pair(one, other))
  }

  isCut(one: DeviceId, other: DeviceId): boolean {
    return this.#cut.has(pair(one, other))
  }

  /** For transports. */
  join(station: MemoryStation): void {
    this.#stations.set(station.device, station)
  }

  /** For transports. */
  leave(device: DeviceId): void {
    this.#stations.delete(device)
  }

  /** For transports: who listens there, as seen from `from`. */
  reach(from: DeviceId, address: string): MemoryStation | undefined {
    const found = [...this.#stations.values()].find((each) => memoryAddress(each.device) === address)
    return found === undefined || this.isCut(from, found.device) ? undefined : found
  }

  /** For transports. */
  stationOf(device: DeviceId): MemoryStation | undefined {
    return this.#stations.get(device)
  }

  /** For transports. */
  newLink(dialer: DeviceId, dialed: DeviceId): MemoryLink {
    const link = new MemoryLink([dialer, dialed], {
      binding: this.random.bytes(32),
      onPending: (deliver) => this.#later(deliver)
    })
    this.#links.add(link)
    link.onCut(() => this.#links.delete(link))
    return link
  }

  /** For transports: who said that it has what the key names. */
  providersOf(key: Uint8Array): Set<DeviceId> {
    const name = bytesToHex(key)
    const providers = this.#providers.get(name) ?? new Set<DeviceId>()
    this.#providers.set(name, providers)
    return providers
  }

  #later(deliver: () => void): void {
    this.#pending.push(deliver)
    this.#schedule(() => {
      const index = this.random.below(this.#pending.length)
      const last = this.#pending.pop()
      if (index === this.#pending.length) last?.()
      else if (last !== undefined) this.#pending.splice(index, 1, last)[0]?.()
    })
  }
}

export function memoryAddress(device: DeviceId): string {
  return `${ADDRESS_PREFIX}${device}`
}

function pair(one: DeviceId, other: DeviceId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
