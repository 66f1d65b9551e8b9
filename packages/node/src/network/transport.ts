import type { ContextPath, DeviceId, Startable } from '@hcfs/core'

/** A member that this node has a connection with, admitted on both sides. */
export interface ConnectedPeer {
  readonly device: DeviceId
  /** Where it is reached over this connection. */
  readonly address: string
  /** Goes over a relay: carries neither gossip nor bulk. */
  readonly isRelayed: boolean
  readonly isInbound: boolean
  readonly roundTripMs?: number
}

/**
 * An ordered, reliable stream of frames between two members. Lives long: opening
 * one costs five times what a frame on it costs.
 */
export interface FrameStream {
  readonly peer: DeviceId
  /**
   * Resolves when the frame may be forgotten, and not before the other side has
   * room for the next: a sender that awaits is never ahead of a slow reader by
   * more than the window. Rejects with `STREAM_CLOSED` once the stream is gone.
   * A side that reads on only when its own `send` has resolved may wait for ever
   * for one that does the same: at most one of two ends may do so.
   */
  send(frame: Uint8Array): Promise<void>
  /** To be read once. Ends when the other side has closed; throws when the stream broke or a frame is over the limit. */
  frames(): AsyncIterable<Uint8Array>
  /** What was sent still arrives. */
  close(): Promise<void>
  /** At once, in both directions. What has come and was not read is not read any more. */
  abort(reason: Error): void
}

/** `accept`: pass it on. `ignore`: do not. `reject`: do not, and hold it against the sender. */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

export interface GossipMessage {
  /** The neighbour that it came from, not its author. */
  readonly from: DeviceId
  readonly bytes: Uint8Array
}

/** Judges self-contained facts only, and at once: a message that was ignored cannot come again for minutes. */
export type GossipHandler = (message: GossipMessage) => GossipVerdict

export interface TransportEvents {
  'peer-connected': { readonly peer: ConnectedPeer }
  'peer-disconnected': { readonly device: DeviceId }
  /** Somebody says that a device is there, as on the local network. A hint: the device may be nobody's member. */
  'peer-found': { readonly device: DeviceId; readonly addresses: readonly string[] }
  /** The addresses under which others may reach this node have changed. */
  'addresses-changed': { readonly addresses: readonly string[] }
}

/**
 * How nodes talk. libp2p in a real node, memory in tests.
 *
 * 1. Whoever appears as a peer was admitted; nobody else can open a stream or be heard.
 * 2. A peer that misbehaves costs its own connection, never the process.
 * 3. Nothing is delivered after `stop` has resolved, and it resolves even if a handler does not notice.
 */
export interface Transport extends Startable {
  readonly device: DeviceId
  /** Where others may reach this node. Empty until started. */
  addresses(): readonly string[]
  peers(): readonly ConnectedPeer[]
  /** Connects with whoever is admitted at one of these addresses. Fails with the reason of the refusal. */
  dial(addresses: readonly string[], options: { readonly signal: AbortSignal }): Promise<DeviceId>
  /** Cuts the connection and its streams; it may be made anew unless the admission refuses. */
  hangUp(device: DeviceId): Promise<void>
  openStream(device: DeviceId, protocol: string, options: { readonly signal: AbortSignal }): Promise<FrameStream>
  /** One handler a protocol. A handler that fails costs its stream. */
  handle(protocol: string, handler: (stream: FrameStream) => Promise<void>): void
  subscribe(topic: string, handler: GossipHandler): void
  unsubscribe(topic: string): void
  /** How many neighbours took it: nobody is asked whether it arrived. */
  publish(topic: string, bytes: Uint8Array): Promise<{ readonly recipients: number }>
  /** Tells the network that this node has what the key names; repeated by itself until withdrawn. */
  provide(key: Uint8Array): Promise<void>
  withdraw(key: Uint8Array): Promise<void>
  /** Members that said they have it. Hints: records outlive what they say. */
  findProviders(key: Uint8Array, options: { readonly signal: AbortSignal }): AsyncIterable<DeviceId>
  /** Looks a member up whose addresses are not known. */
  findPeer(device: DeviceId, options: { readonly signal: AbortSignal }): Promise<readonly string[]>
  on<Name extends keyof TransportEvents>(
    name: Name,
    listener: (event: TransportEvents[Name]) => void,
    options?: { readonly signal?: AbortSignal }
  ): void
}

/** The gossip topic of a space. One for each space, never for a context: a neighbour ignores more than a thousand. */
export function topicOf(network: string, space: ContextPath): string {
  return `hcfs/${network}${space}`
}
