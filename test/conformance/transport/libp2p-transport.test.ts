import { networkId, resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { Libp2pTransport } from '../../../packages/node/src/network/libp2p-transport.ts'
import { describeTransport } from './describe-transport.ts'

describeTransport('Libp2pTransport over loopback', async () => {
  const random = new SystemRandom()
  const network = networkId(random.bytes(32))
  return {
    newTransport: (admission) =>
      new Libp2pTransport(
        {
          clock: new SystemClock(),
          random,
          logger: silentLogger,
          key: DeviceKey.generate(random),
          network,
          admission,
          limits: resolveNodeLimits()
        },
        { listen: ['/ip4/127.0.0.1/tcp/0'] }
      )
  }
})
