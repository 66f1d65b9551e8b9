import type { Clock, DeviceId, Logger, Random, Startable } from '@hcfs/core'
import { HcfsError, Lifecycle, sha256, withDeadline } from '@hcfs/core'
import type { LinkCandidate } from './link-plan.ts'
import { nextDueMs, planLinks, planLookUp, redialPauseMs } from './link-plan.ts'
import type { Transport } from './transport.ts'

/** Members and where they may be reached: from tickets, the policy and what was seen. */
export interface KnownPeer {
  readonly device: DeviceId
  readonly addresses: readonly string[]
}

export interface LinkKeeperComponents {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly transport: Transport
  /** Asked before each round. May name this device itself. */
  readonly known: () => readonly KnownPeer[]
}

export interface LinkKeeperOptions {
  readonly linksMin: number
  readonly linksMax: number
  readonly dialTimeoutMs: number
  readonly redialPauseMsMax: number
}

/** What this node knows of the way to one member. Times are of the wall clock. */
export interface PeerFacts {
  readonly device: DeviceId
  readonly state: 'connected' | 'connecting' | 'unreachable'
  readonly addresses: readonly string[]
  readonly isRelayed: boolean
  readonly roundTripMs?: number
  /** Of the present state. */
  readonly sinceMs?: number
  readonly lastError?: string
  readonly nextDialAtMs?: number
}

/** Of one member, for as long as it is known or connected. Monotonic times. */
interface Way {
  failures: number
  nextDialAtMs: number
  dialing: AbortController | undefined
  lastError: string | undefined
  sinceMs: number
}

const DIALS_MAX = 8
const ROUND_PAUSE_MS_MAX = 5_000
const FOUND_ADDRESSES_MAX = 16
const KNOWN_BY_NAME_MS = 30_000

/**
 * Keeps links to members: dials those that are missing, waits longer after each
 * failure, and asks the routing table for a member whose addresses do not answer.
 */
export class LinkKeeper implements Startable {
  readonly #components: LinkKeeperComponents
  readonly #options: LinkKeeperOptions
  readonly #lifecycle: Lifecycle
  readonly #ways = new Map<DeviceId, Way>()
  readonly #found = new Map<DeviceId, readonly string[]>()
  readonly #running = new Set<Promise<void>>()
  #ending = new AbortController()
  #wake = new AbortController()

  constructor(components: LinkKeeperComponents, options: LinkKeeperOptions) {
    this.#components = components
    this.#options = options
    this.#lifecycle = new Lifecycle('links', { onStart: () => this.#up(), onStop: () => this.#down() })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Somebody new is known, or the network came back: dial now what is due, whatever failed before. */
  hurry(): void {
    for (const way of this.#ways.values()) way.nextDialAtMs = 0
    this.#wake.abort()
  }

  facts(): readonly PeerFacts[] {
    const { clock, transport } = this.#components
    const wallMs = (monotonicMs: number): number => clock.now() + monotonicMs - clock.monotonicMs()
    const connected = new Map(transport.peers().map((peer) => [peer.device, peer]))
    return [...this.#ways].map(([device, way]) => {
      const peer = connected.get(device)
      const isDown = peer === undefined
      return {
        device,
        state: isDown ? (way.dialing === undefined ? 'unreachable' : 'connecting') : 'connected',
        addresses: isDown ? this.#addressesOf(device) : [peer.address],
        isRelayed: peer?.isRelayed ?? false,
        sinceMs: wallMs(way.sinceMs),
        ...(peer?.roundTripMs === undefined ? {} : { roundTripMs: peer.roundTripMs }),
        ...(isDown && way.lastError !== undefined ? { lastError: way.lastError } : {}),
        ...(isDown && way.dialing === undefined ? { nextDialAtMs: wallMs(way.nextDialAtMs) } : {})
      }
    })
  }

  async #up(): Promise<void> {
    this.#ending = new AbortController()
    const { transport, clock } = this.#components
    const { signal } = this.#ending
    transport.on('peer-connected', ({ peer }) => this.#connected(peer.device), { signal })
    transport.on('peer-disconnected', ({ device }) => this.#disconnected(device), { signal })
    transport.on('peer-found', ({ device, addresses }) => this.#foundAt(device, addresses), { signal })
    for (const { device } of transport.peers()) this.#wayOf(device).sinceMs = clock.monotonicMs()
    this.#run(this.#loop())
  }

  async #down(): Promise<void> {
    this.#ending.abort()
    this.#wake.abort()
    await Promise.allSettled([...this.#running])
    this.#ways.clear()
    this.#found.clear()
  }

  async #loop(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#wake = new AbortController()
      const candidates = this.#candidates()
      const request = this.#request(candidates)
      for (const device of planLinks(request)) this.#run(this.#dial(device))
      const unknown = planLookUp(request)
      if (unknown !== undefined) this.#run(this.#search(unknown))
      await this.#pause(nextDueMs(this.#candidates()))
    }
  }

  async #pause(dueMs: number | undefined): Promise<void> {
    const { clock } = this.#components
    const untilDueMs = dueMs === undefined ? ROUND_PAUSE_MS_MAX : dueMs - clock.monotonicMs()
    const pauseMs = Math.max(ROUND_PAUSE_MS_MIN, Math.min(ROUND_PAUSE_MS_MAX, untilDueMs))
    await clock.wait(pauseMs, { signal: AbortSignal.any([this.#ending.signal, this.#wake.signal]) }).catch(() => {})
  }

  #candidates(): readonly LinkCandidate[] {
    const { known, transport } = this.#components
    const connected = new Set(transport.peers().map(({ device }) => device))
    const devices = known()
      .map(({ device }) => device)
      .filter((device) => device !== transport.device)
    for (const device of this.#ways.keys()) {
      if (connected.has(device) || devices.includes(device)) continue
      this.#ways.delete(device)
      this.#found.delete(device)
    }
    return [...new Set([...devices, ...connected])].map((device) => {
      const way = this.#wayOf(device)
      return {
        device,
        addresses: this.#addressesOf(device),
        isConnected: connected.has(device),
        isDialing: way.dialing !== undefined,
        nextDialAtMs: way.nextDialAtMs
      }
    })
  }

  #request(candidates: readonly LinkCandidate[]): Parameters<typeof planLinks>[0] {
    const { clock, transport } = this.#components
    const { linksMin, linksMax } = this.#options
    return {
      candidates,
      nowMs: clock.monotonicMs(),
      limits: { linksMin, linksMax, dialsMax: DIALS_MAX },
      preference: (device) => preferenceOf(transport.device, device)
    }
  }

  async #dial(device: DeviceId): Promise<void> {
    const { logger } = this.#components
    const way = this.#wayOf(device)
    const dialing = new AbortController()
    way.dialing = dialing
    const signal = AbortSignal.any([dialing.signal, this.#ending.signal])
    try {
      await this.#dialInTime(device, signal)
      way.failures = 0
    } catch (error) {
      this.#failed(way, error instanceof Error ? error.message : String(error))
      logger.debug('dial-failed', { device, failures: way.failures, error })
      if (!signal.aborted) await this.#lookUp(device, signal)
    } finally {
      way.dialing = undefined
      this.#wake.abort()
    }
  }

  async #search(device: DeviceId): Promise<void> {
    const way = this.#wayOf(device)
    const searching = new AbortController()
    way.dialing = searching
    await this.#lookUp(device, AbortSignal.any([searching.signal, this.#ending.signal]))
    way.dialing = undefined
    if (this.#addressesOf(device).length === 0) this.#failed(way, 'Nobody knows where this member is')
    this.#wake.abort()
  }

  #failed(way: Way, why: string): void {
    const { clock, random } = this.#components
    way.failures += 1
    way.lastError = why
    const jitter = random.below(1_000) / 1_000
    way.nextDialAtMs = clock.monotonicMs() + redialPauseMs(way.failures, this.#options.redialPauseMsMax, jitter)
  }

  async #dialInTime(device: DeviceId, signal: AbortSignal): Promise<void> {
    const { clock, transport } = this.#components
    const addresses = this.#addressesOf(device)
    // One after another: the last of them gets its time too.
    const timeoutMs = this.#options.dialTimeoutMs * Math.max(1, addresses.length)
    const expired = (): Error => new HcfsError('TIMED_OUT', 'None of the addresses answered in time')
    await withDeadline(clock, { timeoutMs, signal, expired }, async (bounded) => {
      await transport.dial(addresses, { signal: bounded })
    })
  }

  /** Its addresses may be old: whoever is connected may know better. */
  async #lookUp(device: DeviceId, signal: AbortSignal): Promise<void> {
    const { clock, transport } = this.#components
    if (transport.peers().length === 0) return
    const finished = new AbortController()
    const deadline = new AbortController()
    const timer = clock.wait(KNOWN_BY_NAME_MS, { signal: finished.signal }).then(
      () => deadline.abort(),
      () => {}
    )
    try {
      const addresses = await transport.findPeer(device, { signal: AbortSignal.any([signal, deadline.signal]) })
      if (addresses.length > 0) this.#found.set(device, addresses.slice(0, FOUND_ADDRESSES_MAX))
    } catch {
      // Nobody knows; the next failure asks again.
    } finally {
      finished.abort()
      await timer
    }
  }

  /** Of members only, and never more than so many: anybody may say anything about addresses. */
  #foundAt(device: DeviceId, addresses: readonly string[]): void {
    const { known, transport } = this.#components
    if (device === transport.device || !known().some((each) => each.device === device)) return
    const before = this.#found.get(device) ?? []
    const fresh = addresses.filter((each) => !before.includes(each))
    if (fresh.length === 0) return
    this.#found.set(device, [...fresh, ...before].slice(0, FOUND_ADDRESSES_MAX))
    this.#wayOf(device).nextDialAtMs = 0
    this.#wake.abort()
  }

  #connected(device: DeviceId): void {
    const way = this.#wayOf(device)
    way.sinceMs = this.#components.clock.monotonicMs()
    way.failures = 0
    way.lastError = undefined
    this.#wake.abort()
  }

  /** At once, but for a little: both sides notice it at the same moment. */
  #disconnected(device: DeviceId): void {
    const nowMs = this.#components.clock.monotonicMs()
    const way = this.#wayOf(device)
    way.sinceMs = nowMs
    way.nextDialAtMs = nowMs + this.#components.random.below(RECONNECT_MS_MAX)
    this.#wake.abort()
  }

  #wayOf(device: DeviceId): Way {
    const way = this.#ways.get(device) ?? {
      failures: 0,
      nextDialAtMs: 0,
      dialing: undefined,
      lastError: undefined,
      sinceMs: this.#components.clock.monotonicMs()
    }
    this.#ways.set(device, way)
    return way
  }

  #addressesOf(device: DeviceId): readonly string[] {
    const known = this.#components.known().find((each) => each.device === device)?.addresses ?? []
    return [...new Set([...known, ...(this.#found.get(device) ?? [])])]
  }

  #run(work: Promise<void>): void {
    const running = work.catch((error: unknown) => this.#components.logger.error('links-failed', { error }))
    this.#running.add(running)
    void running.finally(() => this.#running.delete(running))
  }
}

const ROUND_PAUSE_MS_MIN = 20
const RECONNECT_MS_MAX = 500

/** Highest-random-weight: each node prefers others, and always the same. */
function preferenceOf(self: DeviceId, other: DeviceId): number {
  const hash = sha256(new TextEncoder().encode(`${self} ${other}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0)
}
