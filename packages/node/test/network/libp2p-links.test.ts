import { SeededRandom, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { Libp2pTransport } from '../../src/network/libp2p-transport.ts'
import type { KnownPeer, LinkKeeperOptions } from '../../src/network/link-keeper.ts'
import { LinkKeeper } from '../../src/network/link-keeper.ts'
import { everybody, NEVER, startLoopback } from './loopback.ts'

const OPTIONS: LinkKeeperOptions = { linksMin: 8, linksMax: 16, dialTimeoutMs: 2_000, redialPauseMsMax: 1_000 }

test('a member that restarts at its port is linked again', async () => {
  const key = newKey()
  const [self, first] = [await startLoopback(), await startLoopback({ key })]
  const listen = first.listening()
  const keeper = await keepLinks(self, [{ device: first.device, addresses: first.addresses() }])
  await expect.poll(() => keeper.facts()).toMatchObject([{ state: 'connected' }])

  await first.stop()
  await expect
    .poll(() => keeper.facts(), { timeout: 10_000 })
    .toMatchObject([{ state: 'unreachable', lastError: expect.any(String), nextDialAtMs: expect.any(Number) }])
  const second = await startLoopback({ key, listen })

  await expect.poll(() => self.peers(), { timeout: 10_000 }).toMatchObject([{ device: second.device }])
})

test('of many members no more are dialed than links are wanted', async () => {
  const self = await startLoopback()
  const others = await Promise.all(Array.from({ length: 6 }, () => startLoopback()))
  const known = others.map((each) => ({ device: each.device, addresses: each.addresses() }))
  const keeper = await keepLinks(self, known, { linksMin: 2, linksMax: 3 })

  await expect.poll(() => self.peers().length).toBe(2)
  await keeper.stop()

  expect(others.filter((each) => each.peers().length > 0)).toHaveLength(2)
})

test('a member without a known address is linked once the network says where it is', async () => {
  const [self, middle, far] = [await startLoopback(), await startLoopback(), await startLoopback()]
  await far.dial(middle.addresses(), NEVER)
  const known = [
    { device: middle.device, addresses: middle.addresses() },
    { device: far.device, addresses: [] }
  ]

  await keepLinks(self, known)

  await expect
    .poll(() => self.peers().map(({ device }) => device), { timeout: 20_000 })
    .toEqual(expect.arrayContaining([middle.device, far.device]))
})

test('members on one local network find each other without being told where', async () => {
  const [self, other] = [await startLoopback({ isDiscoverable: true }), await startLoopback({ isDiscoverable: true })]

  await keepLinks(self, [{ device: other.device, addresses: [] }])

  await expect.poll(() => self.peers(), { timeout: 25_000 }).toMatchObject([{ device: other.device }])
}, 30_000)

test('a denied device that is hung up upon is forgotten, and gets no connection in either direction', async () => {
  const denied = new Set<string>()
  const self = await startLoopback({ admission: { ...everybody, isDenied: (device) => denied.has(device) } })
  const other = await startLoopback()
  await self.dial(other.addresses(), NEVER)

  denied.add(other.device)
  await self.hangUp(other.device)
  await expect.poll(() => other.peers()).toEqual([])

  await expect(self.dial(other.addresses(), NEVER)).rejects.toMatchObject({ code: 'ADMISSION_REFUSED' })
  await expect(other.dial(self.addresses(), NEVER)).rejects.toMatchObject({ code: 'ADMISSION_REFUSED' })
  expect(await self.findPeer(other.device, NEVER)).toEqual([])
  denied.clear()
  expect(await self.dial(other.addresses(), NEVER)).toBe(other.device)
})

test('frames go over WebSockets as they go over TCP', async () => {
  const [one, other] = [await startLoopback(), await startLoopback({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })]
  expect(other.listening()).toEqual([expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d+\/ws$/)])
  await one.dial(other.addresses(), NEVER)

  expect(await echoed(one, other, 262_144)).toBe(16 * 262_144)
})

test('members that meet over a relay are admitted by each other, and carry nothing of ours there', async () => {
  const relay = await startLoopback({ isRelay: true })
  const [relayAddress = ''] = relay.addresses()
  const asked: string[] = []
  const behind = await startLoopback({
    listen: [`${relayAddress}/p2p-circuit`],
    admission: { admit: async ({ remote }) => asked.push(remote) > 0, isDenied: () => false }
  })
  const self = await startLoopback()
  await expect.poll(() => behind.addresses().length, { timeout: 10_000 }).toBeGreaterThan(0)
  behind.handle('/test/1', async () => {})

  expect(await self.dial(behind.addresses(), NEVER)).toBe(behind.device)

  expect(self.peers()).toContainEqual(expect.objectContaining({ device: behind.device, isRelayed: true }))
  expect(asked).toContain(self.device)
  await expect(self.openStream(behind.device, '/test/1', NEVER)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
})

test('a relayed connection makes way for a direct one where there is a way', async () => {
  const relay = await startLoopback({ isRelay: true })
  const [relayAddress = ''] = relay.addresses()
  const behind = await reachableByName({ listen: [`${relayAddress}/p2p-circuit`] })
  const self = await reachableByName()
  const overRelay = (): string[] => behind.addresses().filter((address) => address.includes('/p2p-circuit'))
  await expect.poll(overRelay, { timeout: 10_000 }).not.toEqual([])

  await self.dial(overRelay(), NEVER)

  await expect
    .poll(() => self.peers().find(({ device }) => device === behind.device), { timeout: 20_000 })
    .toMatchObject({ isRelayed: false })
  expect(await echoed(self, behind, 1_000)).toBe(16_000)
})

async function keepLinks(
  transport: Libp2pTransport,
  known: readonly KnownPeer[],
  options: Partial<LinkKeeperOptions> = {}
): Promise<LinkKeeper> {
  const random = new SeededRandom(inject('seed'))
  const keeper = new LinkKeeper(
    { clock: new SystemClock(), random, logger: silentLogger, transport, known: () => known },
    { ...OPTIONS, ...options }
  )
  onTestFinished(() => keeper.stop())
  await keeper.start()
  return keeper
}

/** Announces a name, as nodes do that are reached from everywhere: holes are not punched to private addresses. */
async function reachableByName({
  listen = []
}: {
  readonly listen?: readonly string[]
} = {}): Promise<Libp2pTransport> {
  const key = newKey()
  const first = await startLoopback({ key })
  const [address = ''] = first.listening()
  await first.stop()
  const announce = [address.replace('/ip4/127.0.0.1/', '/dns4/localhost/')]
  return await startLoopback({ key, listen: [address, ...listen], announce })
}

async function echoed(from: Libp2pTransport, to: Libp2pTransport, bytes: number): Promise<number> {
  to.handle('/echo/1', async (stream) => {
    for await (const frame of stream.frames()) await stream.send(frame)
  })
  const stream = await from.openStream(to.device, '/echo/1', NEVER)
  const sending = (async () => {
    for (let count = 0; count < 16; count += 1) await stream.send(new Uint8Array(bytes))
    await stream.close()
  })()
  let read = 0
  for await (const frame of stream.frames()) read += frame.length
  await sending
  return read
}

function newKey(): DeviceKey {
  return DeviceKey.generate(new SystemRandom())
}
