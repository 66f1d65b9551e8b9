import { deviceId, ManualClock, SeededRandom, silentLogger } from '@hcfs/core'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { KnownPeer } from '../../src/network/link-keeper.ts'
import { LinkKeeper } from '../../src/network/link-keeper.ts'
import { MemoryNetwork } from '../../src/network/memory-network.ts'
import { MemoryTransport } from '../../src/network/memory-transport.ts'

const OPTIONS = { linksMin: 8, linksMax: 16, dialTimeoutMs: 1_000, redialPauseMsMax: 10_000 }

async function world(count: number) {
  const random = new SeededRandom(inject('seed'))
  const clock = new ManualClock(1_000_000)
  const network = new MemoryNetwork({ random })
  const transports = Array.from(
    { length: count },
    () =>
      new MemoryTransport({
        device: deviceId(random.bytes(32)),
        network,
        admission: { admit: async () => true, isDenied: () => false },
        logger: silentLogger
      })
  )
  await Promise.all(transports.map((each) => each.start()))
  const known: KnownPeer[] = transports.map((each) => ({ device: each.device, addresses: each.addresses() }))
  const [self, ...others] = transports
  if (self === undefined) throw new Error('no transport')
  const keeper = new LinkKeeper({ clock, random, logger: silentLogger, transport: self, known: () => known }, OPTIONS)
  onTestFinished(async () => {
    await keeper.stop()
    await Promise.all(transports.map((each) => each.stop()))
  })
  await keeper.start()
  return { clock, network, self, others, keeper, known }
}

test('whoever is known is linked, and facts say so', async () => {
  const { clock, self, others, keeper } = await world(4)

  await clock.advance(100)

  expect(self.peers()).toHaveLength(3)
  expect(keeper.facts().map(({ device, state }) => [device, state])).toEqual(
    expect.arrayContaining(others.map(({ device }) => [device, 'connected']))
  )
})

test('of many members only some are linked', async () => {
  const { clock, self } = await world(30)

  await clock.advance(10_000)

  expect(self.peers()).toHaveLength(OPTIONS.linksMin)
})

test('a member that cannot be reached is tried again with growing pauses, and facts say when', async () => {
  const { clock, network, self, others, keeper } = await world(2)
  const [other] = others
  if (other === undefined) throw new Error('no transport')
  network.cut(self.device, other.device)
  await clock.advance(3_000)

  const [fact] = keeper.facts()
  expect(fact).toMatchObject({ state: 'unreachable', lastError: expect.stringContaining('Nobody answers') })
  expect(fact?.nextDialAtMs).toBeGreaterThan(clock.now())

  network.heal(self.device, other.device)
  await clock.advance(OPTIONS.redialPauseMsMax)
  expect(keeper.facts()).toMatchObject([{ state: 'connected' }])
})

test('a link that breaks is made anew', async () => {
  const { clock, self, others } = await world(2)
  const [other] = others
  if (other === undefined) throw new Error('no transport')
  await clock.advance(100)
  await self.hangUp(other.device)
  expect(self.peers()).toEqual([])

  await clock.advance(1_000)

  expect(self.peers()).toMatchObject([{ device: other.device }])
})

test('hurrying dials at once whoever is unreachable', async () => {
  const { clock, network, self, others, keeper } = await world(2)
  const [other] = others
  if (other === undefined) throw new Error('no transport')
  network.cut(self.device, other.device)
  await clock.advance(60_000)
  network.heal(self.device, other.device)

  keeper.hurry()
  await clock.advance(50)

  expect(self.peers()).toHaveLength(1)
})
