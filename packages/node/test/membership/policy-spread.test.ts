import { SeededRandom, silentLogger } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { PolicySpread } from '../../src/membership/policy-spread.ts'
import { MemoryNetwork, memoryAddress } from '../../src/network/memory-network.ts'
import { MemoryTransport } from '../../src/network/memory-transport.ts'
import type { MemberNode } from './member-node.ts'
import { join, newPlace, openMember } from './member-node.ts'

async function connected(network: MemoryNetwork, { device, admission, keeper }: MemberNode): Promise<MemoryTransport> {
  const transport = new MemoryTransport({ device, network, admission, logger: silentLogger })
  const isDenied = (other: typeof device) => admission.isDenied(other)
  const spread = new PolicySpread({ transport, keeper, log: silentLogger, isDenied })
  await transport.start()
  await spread.start()
  onTestFinished(async () => {
    await spread.stop()
    await transport.stop()
  })
  return transport
}

test('what one member decides reaches those that it has no connection with, and cuts off whom it denies', async () => {
  const first = await openMember(newPlace())
  const place = () => newPlace(first.place.clock)
  const { ticket } = await first.api.invite({ role: 'admin', uses: 2 })
  const second = await join(place(), ticket, first)
  const third = await join(place(), ticket, first)
  const network = new MemoryNetwork({ random: new SeededRandom(7) })
  const transports = await Promise.all([first, second, third].map((each) => connected(network, each)))
  const { signal } = new AbortController()
  await transports[0]!.dial([memoryAddress(second.device)], { signal })
  await transports[1]!.dial([memoryAddress(third.device)], { signal })
  const guest = await join(place(), (await third.api.invite({ role: 'write' })).ticket, third)
  await expect.poll(() => first.keeper.state.isMember(guest.device)).toBe(true)
  await first.api.revoke(third.device)
  await expect.poll(() => second.admission.isDenied(third.device)).toBe(true)
  await expect.poll(() => transports[1]!.peers().map(({ device }) => device)).toEqual([first.device])
})
