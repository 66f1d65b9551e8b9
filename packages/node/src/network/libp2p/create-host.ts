import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { NodeLimits } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { DeviceKey } from '@hcfs/crdt'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'
import { createLibp2p } from 'libp2p'
import type { Admission } from '../admission.ts'
import type { AdmittedEnds, OnOutcome } from './admitting-encrypter.ts'
import { AdmittingEncrypter } from './admitting-encrypter.ts'
import { deviceOf, privateKeyOf } from './device-peer-id.ts'
import type { GossipLimits, JudgingGossipSub } from './gossip.ts'
import { gossipsubOptions, judging } from './gossip.ts'

export interface HostSettings {
  readonly network: string
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly isDiscoverable: boolean
  readonly isRelay: boolean
  readonly limits: NodeLimits
}

export interface HostComponents {
  readonly key: DeviceKey
  readonly admission: Admission
  readonly admit: (ends: AdmittedEnds) => Promise<boolean>
  readonly onOutcome: OnOutcome
}

export interface Host {
  readonly libp2p: Libp2p
  readonly gossipsub: JudgingGossipSub
}

/** Part of the protocol, as the window of our own streams is. */
export const YAMUX_WINDOW_BYTES: number = 2 * FORMAT_LIMITS.streamWindowBytesMax

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A relayed connection lasts long enough to find a direct one, and no longer. */
const RELAYED_CONNECTION = { maxCount: 64, durationMs: 2 * MINUTE_MS, bytes: 1n * 1_048_576n, ttlMs: HOUR_MS }

/** The host with all that §"traps" of its libraries ask for. Not started yet. */
export async function createHost(components: HostComponents, settings: HostSettings): Promise<Host> {
  const { limits } = settings
  const libp2p = await createLibp2p({
    start: false,
    privateKey: await privateKeyOf(components.key),
    nodeInfo: { name: 'hcfs', version: '1', userAgent: 'hcfs/1' },
    addresses: { listen: [...settings.listen], appendAnnounce: [...settings.announce] },
    transports: [tcp(), webSockets(), circuitRelayTransport({ reservationConcurrency: 1 })],
    connectionEncrypters: [(parts) => new AdmittingEncrypter(noise()(parts), components.admit, components.onOutcome)],
    streamMuxers: [
      yamux({
        // The default is no bound at all. Streams are read at once, and their own credits bound them.
        streamOptions: {
          maxWriteBufferLength: limits.streamWriteBufferBytesMax,
          // More than our credits let be on the way, so that streams wait for readers only: a stream that runs out
          // of this window is cut into ever smaller pieces. All nodes start with the same one.
          initialStreamWindowSize: YAMUX_WINDOW_BYTES,
          maxStreamWindowSize: YAMUX_WINDOW_BYTES,
          maxReadBufferLength: YAMUX_WINDOW_BYTES
        },
        maxInboundStreams: limits.streamsPerPeerMax * 4,
        maxEarlyStreams: 16
      })
    ],
    connectionGater: {
      denyDialPeer: (peer) => isDenied(components.admission, peer),
      // Members are often on private and loopback addresses.
      denyDialMultiaddr: () => false
    },
    connectionManager: connectionManagerOptions(limits),
    connectionMonitor: { pingInterval: 10_000, protocolPrefix: 'hcfs' },
    // Longer than provider records live: asking for a provider whose addresses are forgotten throws.
    peerStore: { maxAddressAge: 24 * HOUR_MS, maxPeerAge: 72 * HOUR_MS },
    ...(settings.isDiscoverable
      ? { peerDiscovery: [mdns({ serviceTag: `hcfs-${settings.network.slice(0, 16)}.local` })] }
      : {}),
    services: servicesOf(settings)
  })
  return { libp2p, gossipsub: judging(libp2p.services.gossipsub) }
}

export function gossipLimitsOf(limits: NodeLimits): GossipLimits {
  return {
    messageBytesMax: FORMAT_LIMITS.gossipMessageBytesMax,
    outboundBytesMax: limits.gossipOutboundBytesMax,
    bytesPerSecondMax: limits.gossipBytesPerSecondMax,
    messagesPerSecondMax: limits.gossipMessagesPerSecondMax
  }
}

function connectionManagerOptions(limits: NodeLimits): Libp2pOptions['connectionManager'] & object {
  return {
    // The default of 5 refuses clusters on one host.
    inboundConnectionThreshold: limits.inboundConnectionsPerSecondMax,
    maxIncomingPendingConnections: limits.pendingConnectionsMax,
    // Never reached by our own links. The pruner spares whoever has open streams, so it is not what limits us.
    maxConnections: limits.connectionsMax * 4,
    dialTimeout: limits.dialTimeoutMs,
    addressDialTimeout: Math.ceil(limits.dialTimeoutMs / 2),
    inboundUpgradeTimeout: limits.admissionTimeoutMs + limits.dialTimeoutMs,
    // Our own loop redials, with growing pauses.
    reconnectRetries: 0
  }
}

function servicesOf({ network, limits, isRelay }: HostSettings) {
  return {
    identify: identify({ protocolPrefix: 'hcfs', maxInboundStreams: 8, maxOutboundStreams: 8 }),
    ping: ping({ protocolPrefix: 'hcfs', maxInboundStreams: 4, maxOutboundStreams: 4 }),
    gossipsub: gossipsub(gossipsubOptions(gossipLimitsOf(limits))),
    dht: kadDHT({
      protocol: `/hcfs/${network}/kad/1.0.0`,
      // By default a node stays a client until it has a public address, and records of private ones are dropped:
      // the tables of a private network would stay empty.
      clientMode: false,
      peerInfoMapper: passthroughMapper,
      allowQueryWithZeroPeers: true,
      reprovide: { validity: 30 * MINUTE_MS, threshold: 20 * MINUTE_MS, interval: 5 * MINUTE_MS },
      providers: { provideValidity: (30 * MINUTE_MS) / 1_000 },
      alpha: 3,
      disjointPaths: 3
    }),
    dcutr: dcutr(),
    ...(isRelay
      ? {
          relay: circuitRelayServer({
            maxInboundHopStreams: 32,
            maxOutboundStopStreams: 32,
            reservations: {
              maxReservations: RELAYED_CONNECTION.maxCount,
              reservationTtl: RELAYED_CONNECTION.ttlMs,
              applyDefaultLimit: true,
              defaultDurationLimit: RELAYED_CONNECTION.durationMs,
              defaultDataLimit: RELAYED_CONNECTION.bytes
            }
          })
        }
      : {})
  }
}

function isDenied(admission: Admission, peer: PeerId): boolean {
  return peer.publicKey === undefined || admission.isDenied(deviceOf(peer))
}
