import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Connection, Libp2p, MessageStream, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Libp2pTransportComponents, Libp2pTransportOptions, TransportCounts } from '../libp2p-transport-options.ts'
import type { ConnectedPeer, FrameStream, GossipHandler } from '../transport.ts'
import type { TransportListeners } from '../transport-listeners.ts'
import { exchangeAdmission } from './admission-exchange.ts'
import { withChosenPorts } from './chosen-ports.ts'
import type { Host } from './create-host.ts'
import { createHost, gossipLimitsOf } from './create-host.ts'
import { deviceOf, deviceOfText, findDeviceOf, peerIdOf } from './device-peer-id.ts'
import { Gossip } from './gossip.ts'
import { GossipWatch } from './gossip-watch.ts'
import { HostStreams } from './host-streams.ts'
import { Routing } from './routing.ts'

type StreamHandler = (stream: FrameStream) => Promise<void>

interface RunningHostComponents extends Libp2pTransportComponents {
  readonly listeners: TransportListeners
}

interface Registered {
  readonly handlers: ReadonlyMap<string, StreamHandler>
  readonly topics: ReadonlyMap<string, GossipHandler>
}

type Outcome = 'admitted' | 'ended' | Error

const WATCH_PAUSE_MS = 5_000
const OUTCOMES_MAX = 1_024

export async function startHost(
  components: RunningHostComponents,
  options: Required<Libp2pTransportOptions>,
  registered: Registered
): Promise<RunningHost> {
  const outcomes = new Map<string, Outcome>()
  const { admission, clock, key, limits, network, random } = components
  const host = await createHost(
    {
      key,
      admission,
      admit: (ends) =>
        exchangeAdmission({ clock, random, admission, self: key.deviceId }, ends, {
          timeoutMs: limits.admissionTimeoutMs,
          frameBytesMax: limits.admissionFrameBytesMax
        }),
      onOutcome: (raw, outcome) => remember(outcomes, raw, outcome)
    },
    { ...options, network, limits }
  )
  const running = new RunningHost(components, { host, outcomes, listen: options.listen })
  await running.start(registered)
  return running
}

/** One life of the libp2p host, from a start to its stop. */
export class RunningHost {
  readonly gossip: Gossip
  readonly routing: Routing
  readonly #components: RunningHostComponents
  readonly #libp2p: Libp2p
  readonly #outcomes: Map<string, Outcome>
  readonly #listen: readonly string[]
  readonly #ending = new AbortController()
  readonly #streams: HostStreams
  readonly #gossipWatch: GossipWatch
  readonly #running = new Set<Promise<void>>()

  constructor(
    components: RunningHostComponents,
    { host, outcomes, listen }: { host: Host; outcomes: Map<string, Outcome>; listen: readonly string[] }
  ) {
    this.#components = components
    this.#libp2p = host.libp2p
    this.#outcomes = outcomes
    this.#listen = listen
    const { clock, logger, limits } = components
    this.gossip = new Gossip(
      { clock, logger, gossipsub: host.gossipsub, hangUp: (device) => this.#track(this.hangUp(device)) },
      gossipLimitsOf(limits)
    )
    this.routing = new Routing({ clock, logger, libp2p: host.libp2p })
    this.#streams = new HostStreams({ clock, logger, limits })
    this.#gossipWatch = new GossipWatch({
      clock,
      logger,
      unreached: (connected) => this.gossip.unreached(connected),
      hangUp: (device) => this.hangUp(device),
      dial: async (address) => void (await this.dial([address], { signal: this.#ending.signal }))
    })
  }

  async start({ handlers, topics }: Registered): Promise<void> {
    for (const [protocol, handler] of handlers) this.handle(protocol, handler)
    this.#listenToConnections()
    try {
      await this.#libp2p.start()
    } catch (error) {
      await Promise.resolve(this.#libp2p.stop()).catch(() => {})
      throw error
    }
    for (const [topic, handler] of topics) this.gossip.subscribe(topic, handler)
    this.#track(this.#watch())
  }

  /** Ends within a bound: streams and connections are cut, libp2p waits for no peer, and handlers have a moment. */
  async stop(): Promise<void> {
    const reason = new HcfsError('NODE_NOT_RUNNING', 'The transport is stopping')
    this.#ending.abort(reason)
    this.gossip.stop()
    this.routing.stop()
    this.#streams.end(reason)
    for (const connection of this.#libp2p.getConnections()) connection.abort(reason)
    await this.#libp2p.stop()
    await Promise.allSettled([...this.#running])
    await this.#streams.settled()
  }

  addresses(): readonly string[] {
    return this.#libp2p.getMultiaddrs().map(String)
  }

  listening(): readonly string[] {
    return withChosenPorts(this.#listen, this.addresses())
  }

  peers(): readonly ConnectedPeer[] {
    const peers = new Map<DeviceId, ConnectedPeer>()
    for (const connection of this.#libp2p.getConnections()) {
      if (connection.status !== 'open') continue
      const peer = connectedPeer(connection)
      const known = peers.get(peer.device)
      if (known === undefined || (known.isRelayed && !peer.isRelayed)) peers.set(peer.device, peer)
    }
    return [...peers.values()]
  }

  counts(): TransportCounts {
    return {
      gossip: { ...this.gossip.counts },
      gossipRedials: this.#gossipWatch.redials,
      topicsOfNeighbours: this.gossip.topicsOfNeighbours(),
      streams: this.#streams.count
    }
  }

  async dial(addresses: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<DeviceId> {
    return deviceOf((await this.#connect(addresses, signal)).remotePeer)
  }

  async dialForAdmission(addresses: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<void> {
    try {
      await this.#connect(addresses, signal)
    } catch (error) {
      if (!(error instanceof HcfsError) || error.code !== 'ADMISSION_ENDED') throw error
    }
  }

  async hangUp(device: DeviceId): Promise<void> {
    const peer = peerIdOf(device)
    const reason = new HcfsError('PEER_UNREACHABLE', 'The connection was hung up', { details: { peer: device } })
    this.#streams.endOf(device, reason)
    // Closing waits for streams, and whoever is hung up upon need not be polite.
    for (const connection of this.#libp2p.getConnections(peer)) connection.abort(reason)
    if (this.#components.admission.isDenied(device)) await this.#libp2p.peerStore.delete(peer)
  }

  async openStream(
    device: DeviceId,
    protocol: string,
    { signal }: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    const bounded = AbortSignal.any([signal, this.#ending.signal])
    bounded.throwIfAborted()
    const connection = this.#libp2p
      .getConnections(peerIdOf(device))
      .find(({ status, limits }) => status === 'open' && limits === undefined)
    if (connection === undefined) throw unreachable(device, 'There is no direct connection with that node')
    if (!this.#streams.hasRoomFor(device)) {
      throw new HcfsError('STREAMS_EXHAUSTED', 'There are too many streams with that node', {
        details: { peer: device }
      })
    }
    try {
      const stream = await connection.newStream(protocol, {
        signal: bounded,
        maxOutboundStreams: this.#components.limits.streamsPerPeerMax
      })
      return this.#streams.add(stream, device)
    } catch (error) {
      bounded.throwIfAborted()
      throw unreachable(device, `The node did not open ${protocol}`, error)
    }
  }

  handle(protocol: string, handler: StreamHandler): void {
    const { limits, logger } = this.#components
    const accept = (stream: Stream, connection: Connection): void => {
      const device = deviceOf(connection.remotePeer)
      if (this.#ending.signal.aborted || !this.#streams.hasRoomFor(device)) {
        stream.abort(new HcfsError('STREAMS_EXHAUSTED', 'There are too many streams with that node'))
        return
      }
      this.#streams.serve(this.#streams.add(stream, device), protocol, handler)
    }
    const options = { maxInboundStreams: limits.streamsPerPeerMax, runOnLimitedConnection: false, force: true as const }
    this.#track(
      this.#libp2p
        .handle(protocol, accept, options)
        .catch((error: unknown) => logger.error('handle-failed', { protocol, error }))
    )
  }

  async #connect(addresses: readonly string[], signal: AbortSignal): Promise<Connection> {
    const bounded = AbortSignal.any([signal, this.#ending.signal])
    let failure: unknown
    for (const address of addresses) {
      bounded.throwIfAborted()
      try {
        const target = multiaddr(address)
        this.#assertNotDenied(target)
        this.#outcomes.delete(outcomeKey(target))
        return await this.#dialOne(target, bounded)
      } catch (error) {
        failure = error
        // An answer, if not the one that was hoped for: the other addresses are the same node's.
        if (error instanceof HcfsError && error.code !== 'PEER_UNREACHABLE') break
      }
    }
    bounded.throwIfAborted()
    if (failure instanceof HcfsError) throw failure
    throw new HcfsError('PEER_UNREACHABLE', 'Nobody answers at any of the addresses', { cause: failure })
  }

  async #dialOne(target: Multiaddr, signal: AbortSignal): Promise<Connection> {
    try {
      return await this.#libp2p.dial(target, { signal })
    } catch (error) {
      const outcome = this.#outcomes.get(outcomeKey(target))
      if (outcome instanceof HcfsError) throw outcome
      if (outcome === 'ended') {
        throw new HcfsError('ADMISSION_ENDED', 'The admission was all there was to do; connect again as a member')
      }
      throw outcome instanceof Error ? new HcfsError('ADMISSION_REFUSED', outcome.message, { cause: outcome }) : error
    }
  }

  /** libp2p would refuse too, without a word of why. */
  #assertNotDenied(target: Multiaddr): void {
    const text = target.getComponents().findLast(({ name }) => name === 'p2p')?.value
    if (text === undefined || !this.#components.admission.isDenied(deviceOfText(text))) return
    throw new HcfsError('ADMISSION_REFUSED', 'This node denies that device')
  }

  #listenToConnections(): void {
    const { listeners } = this.#components
    const { signal } = this.#ending
    const options = { signal }
    this.#libp2p.addEventListener(
      'peer:connect',
      ({ detail }) => {
        const peer = this.peers().find(({ device }) => device === deviceOf(detail))
        if (peer !== undefined) listeners.emit('peer-connected', { peer })
      },
      options
    )
    this.#libp2p.addEventListener(
      'peer:disconnect',
      ({ detail }) => {
        const device = deviceOf(detail)
        this.gossip.forget(device)
        this.#gossipWatch.forget(device)
        listeners.emit('peer-disconnected', { device })
      },
      options
    )
    this.#libp2p.addEventListener(
      'peer:discovery',
      ({ detail: { id, multiaddrs } }) => {
        const device = findDeviceOf(id)
        const addresses = multiaddrs.map((each) => addressOf(each, id.toString()))
        if (device !== undefined && addresses.length > 0) listeners.emit('peer-found', { device, addresses })
      },
      options
    )
    this.#libp2p.addEventListener('peer:identify', () => this.#track(this.routing.tellUntold()), options)
    const onAddresses = (): void => listeners.emit('addresses-changed', { addresses: this.addresses() })
    this.#libp2p.addEventListener('self:peer:update', onAddresses, options)
  }

  /** Ends what stalls, and dials anew whoever gossip has lost. */
  async #watch(): Promise<void> {
    const { clock, limits } = this.#components
    const pauseMs = Math.min(WATCH_PAUSE_MS, Math.max(50, limits.streamStalledMsMax / 2))
    while (!this.#ending.signal.aborted) {
      await clock.wait(pauseMs, { signal: this.#ending.signal }).catch(() => {})
      this.#streams.sweep(clock.monotonicMs())
      await this.#gossipWatch.look(this.peers())
    }
  }

  #track(work: Promise<void>): void {
    const { logger } = this.#components
    const running = work.catch((error: unknown) => logger.warn('transport-work-failed', { error }))
    this.#running.add(running)
    void running.finally(() => this.#running.delete(running))
  }
}

function connectedPeer({ remotePeer, remoteAddr, limits, direction, rtt }: Connection): ConnectedPeer {
  return {
    device: deviceOf(remotePeer),
    address: remoteAddr.toString(),
    isRelayed: limits !== undefined,
    isInbound: direction === 'inbound',
    ...(rtt === undefined ? {} : { roundTripMs: rtt })
  }
}

function remember(outcomes: Map<string, Outcome>, raw: MessageStream, outcome: Outcome): void {
  if (raw.direction !== 'outbound' || !('remoteAddr' in raw)) return
  const [oldest] = outcomes.keys()
  if (outcomes.size >= OUTCOMES_MAX && oldest !== undefined) outcomes.delete(oldest)
  outcomes.set(outcomeKey(raw.remoteAddr as Multiaddr), outcome)
}

/** Names whom it leads to, so that nobody else can answer there. */
function addressOf(address: Multiaddr, peer: string): string {
  const text = address.toString()
  return text.endsWith(`/p2p/${peer}`) ? text : `${text}/p2p/${peer}`
}

/** Without the peer: an address is asked for with and without it. */
function outcomeKey(address: Multiaddr): string {
  return address.toString().replace(/\/p2p\/[^/]+$/, '')
}

function unreachable(device: DeviceId, message: string, cause?: unknown): HcfsError {
  return new HcfsError('PEER_UNREACHABLE', message, { details: { peer: device }, cause })
}
