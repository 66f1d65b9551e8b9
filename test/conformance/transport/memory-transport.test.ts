import { deviceId, SeededRandom, silentLogger } from '@hcfs/core'
import { inject } from 'vitest'
import { MemoryNetwork } from '../../../packages/node/src/network/memory-network.ts'
import { MemoryTransport } from '../../../packages/node/src/network/memory-transport.ts'
import { describeTransport } from './describe-transport.ts'

describeTransport('MemoryTransport', async () => {
  const random = new SeededRandom(inject('seed'))
  const network = new MemoryNetwork({ random })
  return {
    newTransport: (admission) =>
      new MemoryTransport({ device: deviceId(random.bytes(32)), network, admission, logger: silentLogger })
  }
})
