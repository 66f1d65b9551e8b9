import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

/** libp2p alone, with the same parts: what the network cannot be faster than. */
export type RawHost = Awaited<ReturnType<typeof newRawHost>>

export async function newRawHost() {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      gossipsub: gossipsub({
        globalSignaturePolicy: 'StrictNoSign',
        allowPublishToZeroTopicPeers: true,
        msgIdFn: ({ data }) => data.slice(0, 16)
      })
    }
  })
}

export async function rawHostPair(): Promise<readonly [RawHost, RawHost]> {
  const pair = [await newRawHost(), await newRawHost()] as const
  await pair[0].dial(pair[1].getMultiaddrs())
  return pair
}
