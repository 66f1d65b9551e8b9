import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { deviceId, SystemRandom } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { withChosenPorts } from '../../src/network/libp2p/chosen-ports.ts'
import {
  deviceOf,
  deviceOfText,
  findDeviceOf,
  peerIdOf,
  privateKeyOf
} from '../../src/network/libp2p/device-peer-id.ts'
import { NEVER, startLoopback } from './loopback.ts'

test('a device and its peer id name each other, and the device key proves both', async () => {
  const key = DeviceKey.fromSeed(new Uint8Array(32).fill(1))
  const peer = peerIdOf(key.deviceId)

  expect(deviceOf(peer)).toBe(key.deviceId)
  expect(deviceOfText(peer.toString())).toBe(key.deviceId)
  expect(deviceId((await privateKeyOf(key)).publicKey.raw)).toBe(key.deviceId)
  expect(peer.toString()).toBe('12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5')
})

test('a peer with another kind of key is no device', () => {
  const stranger = peerIdFromPublicKey(publicKeyFromRaw(Uint8Array.of(2, ...Buffer.alloc(31), 1)))

  expect(findDeviceOf(stranger)).toBeUndefined()
  expect(() => deviceOf(stranger)).toThrow(expect.objectContaining({ code: 'ADMISSION_REFUSED' }))
})

test('the port that was chosen is reported, and kept by the next life', async () => {
  const key = DeviceKey.generate(new SystemRandom())
  const first = await startLoopback({ key })
  const listening = first.listening()
  expect(listening).toEqual([expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d+$/)])
  await first.stop()

  const second = await startLoopback({ key, listen: listening })

  expect(second.listening()).toEqual(listening)
  expect(second.addresses()).toEqual([`${listening[0]}/p2p/${peerIdOf(key.deviceId)}`])
})

test('an address for all interfaces keeps its form and gets the port', () => {
  expect(
    withChosenPorts(
      ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/1.2.3.4/tcp/7'],
      ['/ip4/127.0.0.1/tcp/4001/p2p/x', '/ip4/10.0.0.1/tcp/4001/p2p/x', '/ip4/127.0.0.1/tcp/4002/ws/p2p/x']
    )
  ).toEqual(['/ip4/0.0.0.0/tcp/4001', '/ip4/0.0.0.0/tcp/4002/ws', '/ip4/1.2.3.4/tcp/7'])
})

test('one dead address does not keep a node from the living one after it', async () => {
  const [one, other, gone] = [await startLoopback(), await startLoopback(), await startLoopback()]
  const dead = gone.addresses().map((address) => address.replace(/\/p2p\/.*/, ''))
  await gone.stop()

  expect(await one.dial([...dead, ...other.addresses()], NEVER)).toBe(other.device)
})

test('a node that knows one living member finds the addresses of the others', async () => {
  const [one, middle, far] = [await startLoopback(), await startLoopback(), await startLoopback()]
  await one.dial(middle.addresses(), NEVER)
  await far.dial(middle.addresses(), NEVER)

  await expect
    .poll(async () => await one.findPeer(far.device, NEVER), { timeout: 20_000 })
    .toEqual(expect.arrayContaining([expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\//)]))
})

test('fifteen nodes of one host get along', async () => {
  const hub = await startLoopback()
  const others = await Promise.all(Array.from({ length: 14 }, () => startLoopback()))

  await Promise.all(others.map((each) => each.dial(hub.addresses(), NEVER)))

  expect(new Set(hub.peers().map(({ device }) => device))).toEqual(new Set(others.map(({ device }) => device)))
})

test('a reader over a socket that is slow keeps the memory of both sides bounded', async () => {
  const [one, other] = [await startLoopback(), await startLoopback()]
  const totals = { read: 0 }
  const done = Promise.withResolvers<void>()
  other.handle('/bulk/1', async (stream) => {
    for await (const frame of stream.frames()) {
      totals.read += frame.length
      if (totals.read % (16 * 262_144) === 0) await Promise.resolve()
    }
    done.resolve()
  })
  await one.dial(other.addresses(), NEVER)
  const stream = await one.openStream(other.device, '/bulk/1', NEVER)
  const frame = new Uint8Array(262_144)
  let furthest = 0
  for (let sent = 1; sent <= 800; sent += 1) {
    await stream.send(frame)
    furthest = Math.max(furthest, sent * frame.length - totals.read)
  }
  await stream.close()
  await done.promise

  expect(totals.read).toBe(800 * 262_144)
  expect(furthest).toBeLessThan(2 * 1_048_576)
})

test('the libraries of libp2p are loaded by the start and not by the import', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ resolve: (name, context, next) => { const found = next(name, context); loaded.push(found.url); return found } })
    await import('./packages/node/src/network/libp2p-transport.ts')
    console.log(JSON.stringify(loaded.filter((url) => /node_modules\\/(@?libp2p|@chainsafe)/.test(url))))
  `
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=hcfs-source',
    '--input-type=module',
    '--eval',
    program
  ])

  expect(JSON.parse(stdout)).toEqual([])
})
