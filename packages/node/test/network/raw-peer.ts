import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { SystemClock, SystemRandom } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { ConnectionEncrypter, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { onTestFinished } from 'vitest'
import { exchangeAdmission } from '../../src/network/libp2p/admission-exchange.ts'
import { AdmittingEncrypter } from '../../src/network/libp2p/admitting-encrypter.ts'
import { YAMUX_WINDOW_BYTES } from '../../src/network/libp2p/create-host.ts'
import { privateKeyOf } from '../../src/network/libp2p/device-peer-id.ts'
import type { Libp2pTransport } from '../../src/network/libp2p-transport.ts'
import { everybody } from './loopback.ts'

export type Wrap = (inner: ConnectionEncrypter) => ConnectionEncrypter

export interface RawPeerSettings {
  readonly wrap?: Wrap
  readonly key?: DeviceKey
}

/** libp2p with nothing of ours, and no member. */
export async function rawPeer({ wrap = (inner) => inner, key = newKey() }: RawPeerSettings = {}): Promise<Libp2p> {
  const peer = await createLibp2p({
    privateKey: await privateKeyOf(key),
    transports: [tcp()],
    connectionEncrypters: [(parts) => wrap(noise()(parts))],
    streamMuxers: [yamux({ streamOptions: { initialStreamWindowSize: YAMUX_WINDOW_BYTES } })],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionMonitor: { enabled: false }
  })
  onTestFinished(async () => {
    await peer.stop()
  })
  return peer
}

/** A member whose program is an attacker's. */
export async function admittedPeer(): Promise<Libp2p> {
  const key = newKey()
  return await rawPeer({ wrap: admitting(key), key })
}

/** A member with gossip of its own making, which keeps none of our rates. */
export async function gossipingPeer() {
  const key = newKey()
  const peer = await createLibp2p({
    privateKey: await privateKeyOf(key),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [(parts) => admitting(key)(noise()(parts))],
    streamMuxers: [yamux({ streamOptions: { initialStreamWindowSize: YAMUX_WINDOW_BYTES } })],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify({ protocolPrefix: 'hcfs' }),
      gossipsub: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true })
    }
  })
  onTestFinished(async () => {
    await peer.stop()
  })
  return { peer, device: key.deviceId, gossipsub: peer.services.gossipsub }
}

export async function dialRaw(peer: Libp2p, node: Libp2pTransport): Promise<Awaited<ReturnType<Libp2p['dial']>>> {
  return await peer.dial(node.addresses().map((address) => multiaddr(address)))
}

/** Of all connections of that peer. */
export function gossipStreamsOf(peer: Libp2p): Stream[] {
  const streams = peer.getConnections().flatMap((connection): Stream[] => [...connection.streams])
  return streams.filter(({ protocol }) => protocol.startsWith('/meshsub/'))
}

function admitting(key: DeviceKey): Wrap {
  const parts = { clock: new SystemClock(), random: new SystemRandom(), admission: everybody, self: key.deviceId }
  const rules = { timeoutMs: 10_000, frameBytesMax: 65_536 }
  return (inner) =>
    new AdmittingEncrypter(
      inner,
      (ends) => exchangeAdmission(parts, ends, rules),
      () => {}
    )
}

function newKey(): DeviceKey {
  return DeviceKey.generate(new SystemRandom())
}
