import type { DeviceId } from '@hcfs/core'
import { HcfsError, Lifecycle } from '@hcfs/core'
import type { AdmissionDialer } from './admission-dialer.ts'
import type { RunningHost } from './libp2p/running-host.ts'
import type { Libp2pTransportComponents, Libp2pTransportOptions, TransportCounts } from './libp2p-transport-options.ts'
import type { ConnectedPeer, FrameStream, GossipHandler, Transport, TransportEvents } from './transport.ts'
import { TransportListeners } from './transport-listeners.ts'

type StreamHandler = (stream: FrameStream) => Promise<void>

/**
 * Members over libp2p: TCP or WebSockets, Noise with our admission inside, yamux, gossipsub and kad-dht.
 * The libraries are loaded by `start`, so that a node serves what is on its disk before.
 */
export class Libp2pTransport implements Transport, AdmissionDialer {
  readonly device: DeviceId
  readonly #components: Libp2pTransportComponents
  readonly #options: Required<Libp2pTransportOptions>
  readonly #listeners: TransportListeners
  readonly #lifecycle: Lifecycle
  readonly #handlers = new Map<string, StreamHandler>()
  readonly #topics = new Map<string, GossipHandler>()
  #host: RunningHost | undefined

  constructor(
    components: Libp2pTransportComponents,
    {
      listen = ['/ip4/0.0.0.0/tcp/0'],
      announce = [],
      isDiscoverable = false,
      isRelay = false
    }: Libp2pTransportOptions = {}
  ) {
    const logger = components.logger.child('transport')
    this.device = components.key.deviceId
    this.#components = { ...components, logger }
    this.#options = { listen: [...listen], announce: [...announce], isDiscoverable, isRelay }
    this.#listeners = new TransportListeners(logger)
    this.#lifecycle = new Lifecycle('transport', { onStart: () => this.#up(), onStop: () => this.#down() })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  addresses(): readonly string[] {
    return this.#host?.addresses() ?? []
  }

  /** The `listen` of the options with the ports that were chosen. Empty until started. */
  listening(): readonly string[] {
    return this.#host?.listening() ?? []
  }

  peers(): readonly ConnectedPeer[] {
    return this.#host?.peers() ?? []
  }

  counts(): TransportCounts | undefined {
    return this.#host?.counts()
  }

  async dial(addresses: readonly string[], options: { readonly signal: AbortSignal }): Promise<DeviceId> {
    return await this.#started().dial(addresses, options)
  }

  async dialForAdmission(addresses: readonly string[], options: { readonly signal: AbortSignal }): Promise<void> {
    await this.#started().dialForAdmission(addresses, options)
  }

  async hangUp(device: DeviceId): Promise<void> {
    await this.#started().hangUp(device)
  }

  async openStream(
    device: DeviceId,
    protocol: string,
    options: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    return await this.#started().openStream(device, protocol, options)
  }

  handle(protocol: string, handler: StreamHandler): void {
    this.#handlers.set(protocol, handler)
    this.#host?.handle(protocol, handler)
  }

  subscribe(topic: string, handler: GossipHandler): void {
    this.#topics.set(topic, handler)
    this.#host?.gossip.subscribe(topic, handler)
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic)
    this.#host?.gossip.unsubscribe(topic)
  }

  async publish(topic: string, bytes: Uint8Array): Promise<{ readonly recipients: number }> {
    return await this.#started().gossip.publish(topic, bytes)
  }

  async provide(key: Uint8Array): Promise<void> {
    await this.#started().routing.provide(key)
  }

  async withdraw(key: Uint8Array): Promise<void> {
    await this.#started().routing.withdraw(key)
  }

  async *findProviders(key: Uint8Array, { signal }: { readonly signal: AbortSignal }): AsyncIterable<DeviceId> {
    yield* this.#started().routing.findProviders(key, signal)
  }

  async findPeer(device: DeviceId, { signal }: { readonly signal: AbortSignal }): Promise<readonly string[]> {
    return await this.#started().routing.findPeer(device, signal)
  }

  on<Name extends keyof TransportEvents>(
    name: Name,
    listener: (event: TransportEvents[Name]) => void,
    options?: { readonly signal?: AbortSignal }
  ): void {
    this.#listeners.on(name, listener, options)
  }

  async #up(): Promise<void> {
    // Takes hundreds of milliseconds, in which nobody should have to wait for a read.
    const { startHost } = await import('./libp2p/running-host.ts')
    const host = await startHost({ ...this.#components, listeners: this.#listeners }, this.#options, {
      handlers: this.#handlers,
      topics: this.#topics
    })
    this.#host = host
    this.#listeners.emit('addresses-changed', { addresses: host.addresses() })
  }

  async #down(): Promise<void> {
    const host = this.#host
    this.#host = undefined
    await host?.stop()
  }

  #started(): RunningHost {
    this.#lifecycle.assertStarted()
    if (this.#host === undefined) throw new HcfsError('NODE_NOT_RUNNING', 'The transport is stopping')
    return this.#host
  }
}
