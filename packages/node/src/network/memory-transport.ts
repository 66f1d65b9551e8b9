import type { DeviceId, Logger } from '@hcfs/core'
import { HcfsError, Lifecycle, settle } from '@hcfs/core'
import type { Admission } from './admission.ts'
import type { AdmissionDialer } from './admission-dialer.ts'
import type { CreditedStreamOptions } from './credited-stream.ts'
import { CreditedStream } from './credited-stream.ts'
import { admitBoth } from './memory-admission.ts'
import { MemoryGossip } from './memory-gossip.ts'
import type { MemoryLink } from './memory-link.ts'
import type { MemoryNetwork } from './memory-network.ts'
import { memoryAddress } from './memory-network.ts'
import type { MemoryStation } from './memory-station.ts'
import type { ConnectedPeer, FrameStream, GossipHandler, Transport, TransportEvents } from './transport.ts'
import { TransportListeners } from './transport-listeners.ts'

export interface MemoryTransportComponents {
  readonly device: DeviceId
  readonly network: MemoryNetwork
  readonly admission: Admission
  readonly logger: Logger
}

export interface MemoryTransportOptions {
  /** @default 512 KiB */
  readonly streamFrameBytesMax?: number
  /** At least twice the largest frame, and the same on both sides. @default 2 MiB */
  readonly streamWindowBytes?: number
  /** @default 64 KiB */
  readonly admissionFrameBytesMax?: number
}

type StreamHandler = (stream: FrameStream) => Promise<void>

const STOP_TURNS_MAX = 1_000

/** One end of a link, as its transport keeps it. */
interface Connection {
  readonly link: MemoryLink
  readonly peer: ConnectedPeer
  readonly streams: Set<CreditedStream>
}

/** Memory does not stall half-way: what was sent arrives whole, or the link is cut. */
const NO_CLOCK = (): number => 0

/**
 * Nodes of one process that talk through a `MemoryNetwork`, by the same rules
 * as over real connections: admission first, frames with back-pressure, gossip
 * that judges, and nothing after `stop`.
 */
export class MemoryTransport implements Transport, AdmissionDialer {
  readonly device: DeviceId
  readonly #network: MemoryNetwork
  readonly #admission: Admission
  readonly #logger: Logger
  readonly #streamOptions: CreditedStreamOptions
  readonly #admissionFrameBytesMax: number
  readonly #listeners: TransportListeners
  readonly #lifecycle: Lifecycle
  readonly #gossip: MemoryGossip
  readonly #station: MemoryStation
  readonly #handlers = new Map<string, StreamHandler>()
  readonly #connections = new Map<DeviceId, Connection>()
  readonly #running = new Set<Promise<void>>()
  #ending = new AbortController()

  constructor(
    { device, network, admission, logger }: MemoryTransportComponents,
    {
      streamFrameBytesMax = 524_288,
      streamWindowBytes = 2_097_152,
      admissionFrameBytesMax = 65_536
    }: MemoryTransportOptions = {}
  ) {
    this.device = device
    this.#network = network
    this.#admission = admission
    this.#logger = logger.child('memory-transport')
    this.#streamOptions = {
      frameBytesMax: streamFrameBytesMax,
      windowBytes: streamWindowBytes,
      stalledMsMax: Number.POSITIVE_INFINITY
    }
    this.#admissionFrameBytesMax = admissionFrameBytesMax
    this.#listeners = new TransportListeners(this.#logger)
    this.#lifecycle = new Lifecycle('transport', { onStart: () => this.#up(), onStop: () => this.#down() })
    this.#gossip = new MemoryGossip({
      logger: this.#logger,
      neighboursOf: (topic) => this.#neighboursOf(topic),
      send: (to, topic, bytes) => this.#sendGossip(to, topic, bytes)
    })
    this.#station = {
      device,
      admission,
      gossip: this.#gossip,
      addresses: () => this.addresses(),
      ending: () => this.#ending.signal,
      connected: (from, link) => this.#connected(from, link, true),
      serves: (protocol) => this.#handlers.has(protocol),
      acceptStream: (from, link, far) => this.#acceptStream(from, link, far),
      serve: (protocol, stream) => this.#serve(protocol, stream)
    }
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  addresses(): readonly string[] {
    return this.#lifecycle.status === 'started' ? [memoryAddress(this.device)] : []
  }

  peers(): readonly ConnectedPeer[] {
    return [...this.#connections.values()].map(({ peer }) => peer)
  }

  async dial(addresses: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<DeviceId> {
    this.#lifecycle.assertStarted()
    const far = this.#reach(addresses)
    if (this.#connections.has(far.device)) return far.device
    const { link, isAdmitted } = await this.#admit(far, signal)
    if (!isAdmitted) {
      link.cut(admissionEnded())
      throw admissionEnded()
    }
    if (link.isCut) throw unreachable(far.device)
    if (this.#connections.has(far.device)) link.cut(admissionEnded())
    else this.#join(far, link)
    return far.device
  }

  async dialForAdmission(addresses: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#lifecycle.assertStarted()
    const { link } = await this.#admit(this.#reach(addresses), signal)
    link.cut(admissionEnded())
  }

  async hangUp(device: DeviceId): Promise<void> {
    const reason = new HcfsError('PEER_UNREACHABLE', 'The connection was hung up')
    this.#abortStreams(device, reason)
    this.dropLink(device, reason)
  }

  async openStream(
    device: DeviceId,
    protocol: string,
    { signal }: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    this.#lifecycle.assertStarted()
    signal.throwIfAborted()
    const connection = this.#connections.get(device)
    const far = this.#network.stationOf(device)
    if (connection === undefined || far === undefined) throw unreachable(device)
    if (!far.serves(protocol)) {
      throw new HcfsError('PEER_UNREACHABLE', `The peer does not serve ${protocol}`, { details: { peer: device } })
    }
    const near: CreditedStream = this.#newStream(connection, () => there)
    const there: CreditedStream = far.acceptStream(this.device, connection.link, () => near)
    connection.link.deliver(device, () => far.serve(protocol, there))
    return near
  }

  handle(protocol: string, handler: StreamHandler): void {
    this.#handlers.set(protocol, handler)
  }

  subscribe(topic: string, handler: GossipHandler): void {
    this.#gossip.subscribe(topic, handler)
  }

  unsubscribe(topic: string): void {
    this.#gossip.unsubscribe(topic)
  }

  async publish(topic: string, bytes: Uint8Array): Promise<{ readonly recipients: number }> {
    this.#lifecycle.assertStarted()
    return { recipients: this.#gossip.publish(topic, bytes) }
  }

  async provide(key: Uint8Array): Promise<void> {
    this.#network.providersOf(key).add(this.device)
  }

  async withdraw(key: Uint8Array): Promise<void> {
    this.#network.providersOf(key).delete(this.device)
  }

  async *findProviders(key: Uint8Array): AsyncIterable<DeviceId> {
    this.#lifecycle.assertStarted()
    for (const device of [...this.#network.providersOf(key)]) if (device !== this.device) yield device
  }

  async findPeer(device: DeviceId): Promise<readonly string[]> {
    this.#lifecycle.assertStarted()
    return this.#network.stationOf(device)?.addresses() ?? []
  }

  on<Name extends keyof TransportEvents>(
    name: Name,
    listener: (event: TransportEvents[Name]) => void,
    options?: { readonly signal?: AbortSignal }
  ): void {
    this.#listeners.on(name, listener, options)
  }

  /** For the network: the connection with that device is gone, on both sides. */
  dropLink(device: DeviceId, reason: Error): void {
    this.#connections.get(device)?.link.cut(reason)
  }

  #abortStreams(device: DeviceId, reason: Error): void {
    for (const stream of [...(this.#connections.get(device)?.streams ?? [])]) stream.abort(reason)
  }

  async #up(): Promise<void> {
    this.#ending = new AbortController()
    this.#network.join(this.#station)
    this.#listeners.emit('addresses-changed', { addresses: [memoryAddress(this.device)] })
  }

  async #down(): Promise<void> {
    this.#network.leave(this.device)
    this.#ending.abort(new HcfsError('NODE_NOT_RUNNING', 'The transport is stopping'))
    for (const device of [...this.#connections.keys()]) {
      this.#abortStreams(device, unreachable(this.device))
      this.dropLink(device, unreachable(this.device))
    }
    // Handlers have a moment to notice; what they still do cannot reach anybody.
    for (let turn = 0; turn < STOP_TURNS_MAX && this.#running.size > 0; turn += 1) await settle()
  }

  #reach(addresses: readonly string[]): MemoryStation {
    for (const address of addresses) {
      const far = this.#network.reach(this.device, address)
      if (far !== undefined && far.device !== this.device) return far
    }
    throw new HcfsError('PEER_UNREACHABLE', 'Nobody answers at any of the addresses')
  }

  async #admit(far: MemoryStation, signal: AbortSignal): Promise<{ link: MemoryLink; isAdmitted: boolean }> {
    if (this.#admission.isDenied(far.device) || far.admission.isDenied(this.device)) {
      throw new HcfsError('ADMISSION_REFUSED', 'One of the two nodes denies the other')
    }
    const link = this.#network.newLink(this.device, far.device)
    const rules = {
      frameBytesMax: this.#admissionFrameBytesMax,
      signal: AbortSignal.any([signal, this.#ending.signal, far.ending()])
    }
    rules.signal.throwIfAborted()
    try {
      const isAdmitted = await admitBoth(link, [this.#station, far], rules)
      if (this.#network.isCut(this.device, far.device)) throw unreachable(far.device)
      rules.signal.throwIfAborted()
      return { link, isAdmitted }
    } catch (error) {
      link.cut(unreachable(far.device))
      throw error
    }
  }

  #join(far: MemoryStation, link: MemoryLink): void {
    this.#connected(far.device, link, false)
    far.connected(this.device, link)
  }

  #connected(device: DeviceId, link: MemoryLink, isInbound: boolean): void {
    const peer: ConnectedPeer = { device, address: memoryAddress(device), isRelayed: false, isInbound }
    const connection: Connection = { link, peer, streams: new Set() }
    this.#connections.set(device, connection)
    link.onCut((reason) => {
      this.#connections.delete(device)
      for (const stream of [...connection.streams]) stream.ended(reason)
      this.#listeners.emit('peer-disconnected', { device })
    })
    if (!link.isCut) this.#listeners.emit('peer-connected', { peer })
  }

  #newStream({ link, streams, peer }: Connection, far: () => CreditedStream): CreditedStream {
    const raw = link.rawStream(this.device, far)
    const stream = new CreditedStream({ peer: peer.device, raw, nowMs: NO_CLOCK }, this.#streamOptions)
    streams.add(stream)
    void stream.over.then(() => streams.delete(stream))
    return stream
  }

  #acceptStream(from: DeviceId, link: MemoryLink, far: () => CreditedStream): CreditedStream {
    const connection = this.#connections.get(from)
    if (connection?.link !== link) throw unreachable(this.device)
    return this.#newStream(connection, far)
  }

  #serve(protocol: string, stream: CreditedStream): void {
    const handler = this.#handlers.get(protocol)
    if (handler === undefined) {
      stream.abort(unreachable(this.device))
      return
    }
    const serving = handler(stream).then(
      () => stream.close(),
      (error: unknown) => {
        this.#logger.warn('stream-handler-failed', { protocol, peer: stream.peer, error })
        stream.abort(error instanceof Error ? error : new Error(String(error)))
      }
    )
    this.#running.add(serving)
    void serving.finally(() => this.#running.delete(serving))
  }

  #neighboursOf(topic: string): readonly DeviceId[] {
    return [...this.#connections.keys()].filter((device) => this.#network.stationOf(device)?.gossip.hears(topic))
  }

  #sendGossip(to: DeviceId, topic: string, bytes: Uint8Array): void {
    const far = this.#network.stationOf(to)
    this.#connections.get(to)?.link.deliver(to, () => far?.gossip.received(this.device, topic, bytes))
  }
}

function unreachable(device: DeviceId): HcfsError {
  return new HcfsError('PEER_UNREACHABLE', 'There is no connection with that node', { details: { peer: device } })
}

function admissionEnded(): HcfsError {
  return new HcfsError('ADMISSION_ENDED', 'The admission was all there was to do; connect again as a member')
}
