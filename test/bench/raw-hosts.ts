import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

const WINDOW_BYTES = 4 * 1_048_576

/** libp2p alone, with the same parts: what the network cannot be faster than. */
export type RawHost = Awaited<ReturnType<typeof newRawHost>>

export async function newRawHost() {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    // As ours: with the default a stream that runs out of room is cut into ever smaller pieces, and is no floor.
    streamMuxers: [
      yamux({ streamOptions: { initialStreamWindowSize: WINDOW_BYTES, maxStreamWindowSize: WINDOW_BYTES } })
    ],
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
