import { expect, test } from 'vitest'
import { fastClock, NEVER, startLoopback } from './loopback.ts'
import { dialRaw, gossipingPeer, gossipStreamsOf } from './raw-peer.ts'

const TOPIC = 'hcfs/test/space'
const TOPIC_BYTES_MAX = 1_048_576

test('a neighbour that subscribes to topics without end makes a node remember only so many', async () => {
  const node = await startLoopback()
  const heard: number[] = []
  node.subscribe(TOPIC, ({ bytes }) => {
    heard.push(bytes.length)
    return 'accept'
  })
  const { peer, gossipsub } = await gossipingPeer()
  gossipsub.subscribe(TOPIC)
  await dialRaw(peer, node)
  let number = 0
  await expect.poll(async () => (await gossipsub.publish(TOPIC, Uint8Array.of(1, number++))).recipients.length).toBe(1)

  const names = Array.from({ length: 4_000 }, (_, index) => `${index} `.padEnd(500, 'x'))
  for (const name of names) gossipsub.subscribe(name)
  // In order behind the subscriptions.
  await gossipsub.publish(TOPIC, new Uint8Array(7))
  await expect.poll(() => heard, { timeout: 10_000 }).toContain(7)

  expect(node.counts()?.topicsOfNeighbours).toBeGreaterThan(100)
  expect(node.counts()?.topicsOfNeighbours).toBeLessThanOrEqual(TOPIC_BYTES_MAX / 500)
})

test('of a flood only what the rate allows is judged, and a flood that goes on costs the connection', async () => {
  const node = await startLoopback({ limits: { gossipMessagesPerSecondMax: 10 } })
  let judged = 0
  node.subscribe(TOPIC, () => {
    judged += 1
    return 'accept'
  })
  const { peer, gossipsub } = await gossipingPeer()
  gossipsub.subscribe(TOPIC)
  await dialRaw(peer, node)
  const startMs = fastClock(1).monotonicMs()
  const hungUp = new Promise((resolve) => node.on('peer-disconnected', resolve))
  let number = 0
  await expect
    .poll(async () => (await gossipsub.publish(TOPIC, Uint8Array.of(number++ >> 8, number))).recipients.length)
    .toBe(1)

  for (let count = 0; count < 500; count += 1) await gossipsub.publish(TOPIC, Uint8Array.of(9, count >> 8, count))
  await hungUp

  const passedMs = fastClock(1).monotonicMs() - startMs
  expect(judged).toBeLessThanOrEqual(10 + Math.ceil(passedMs / 100))
  expect(node.counts()?.gossip.droppedInbound).toBeGreaterThanOrEqual(50)
  expect(node.peers()).toEqual([])
})

test('own messages beyond what may wait are not sent, and say so', async () => {
  const limits = { gossipBytesPerSecondMax: 65_536, gossipOutboundBytesMax: 1_048_576 }
  const [one, other] = [await startLoopback({ limits, clock: fastClock() }), await startLoopback()]
  let heard = 0
  one.subscribe(TOPIC, () => 'accept')
  other.subscribe(TOPIC, () => {
    heard += 1
    return 'accept'
  })
  await one.dial(other.addresses(), NEVER)
  let number = 0
  await expect.poll(async () => (await one.publish(TOPIC, Uint8Array.of(number++))).recipients).toBe(1)
  const before = heard

  const message = (index: number): Uint8Array => new Uint8Array(65_536).fill(index)
  const sent = await Promise.all(Array.from({ length: 40 }, (_, index) => one.publish(TOPIC, message(index))))

  const taken = sent.filter(({ recipients }) => recipients === 1)
  expect(taken.length).toBe(16)
  expect(one.counts()?.gossip.droppedOutbound).toBe(24)
  await expect.poll(() => heard - before).toBeGreaterThanOrEqual(16)
})

test('gossip that died on a live connection comes back by a new one', async () => {
  const node = await startLoopback({ clock: fastClock() })
  node.subscribe(TOPIC, () => 'accept')
  const { peer, gossipsub, device } = await gossipingPeer()
  gossipsub.subscribe(TOPIC)
  const heard = new Set<number>()
  gossipsub.addEventListener('message', ({ detail: { data } }) => heard.add(data[0] ?? 0))
  await node.dial(peer.getMultiaddrs().map(String), NEVER)
  let number = 0
  const publish = async (mark: number): Promise<boolean> => {
    await node.publish(TOPIC, Uint8Array.of(mark, number >> 8, number++))
    return heard.has(mark)
  }
  await expect.poll(() => publish(1)).toBe(true)

  for (const stream of gossipStreamsOf(peer)) {
    if (stream.direction === 'inbound') stream.abort(new Error('on purpose'))
  }
  await expect.poll(() => node.counts()?.gossipRedials, { timeout: 10_000 }).toBe(1)

  await expect.poll(() => publish(2), { timeout: 10_000 }).toBe(true)
  expect(node.peers()).toMatchObject([{ device }])
})
