import { networkId, resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import type { Stream } from '@libp2p/interface'
import { Libp2pTransport } from '../../packages/node/src/network/libp2p-transport.ts'
import type { FrameStream } from '../../packages/node/src/network/transport.ts'
import type { RawHost } from './raw-hosts.ts'
import { rawHostPair } from './raw-hosts.ts'
import type { Figure, OpenSuite, Sample, Suite, Workload } from './suite.ts'

const PROTOCOL = '/bench/1'
const BULK_PROTOCOL = '/bench/bulk/1'
const TOPIC = 'hcfs/bench/space'
const BURST_FRAMES = 32
const BULK_BYTES = 8 * 1_048_576
const GOSSIP_SAMPLES = 200
const NEVER = { signal: new AbortController().signal }

/** Both ends in this process, over a socket of loopback. */
export const transportSuite: Suite = {
  name: 'transport',
  unit: 'frame bytes',
  sizes: [1_024, 16_384, 262_144],
  open: openTransportSuite
}

async function openTransportSuite(frameBytes: number): Promise<OpenSuite> {
  const raw = await rawHostPair()
  const own = await ownPair()
  const streams = { raw: await echoedRaw(raw), own: await echoedOwn(own) }
  const bulks = { raw: await takenRaw(raw), own: await takenOwn(own) }
  const gossip = { raw: await rawGossip(raw), own: await ownGossip(own) }
  const burst = new Uint8Array(frameBytes)
  return {
    rows: [
      {
        name: `${BURST_FRAMES} frames there and back`,
        ...echoing(streams.own, burst, BURST_FRAMES),
        floor: { name: 'raw libp2p stream', ...echoing(streams.raw, burst, BURST_FRAMES) },
        goal: 0.7
      },
      {
        name: 'one frame there and back',
        ...echoing(streams.own, burst, 1),
        floor: { name: 'raw libp2p stream', ...echoing(streams.raw, burst, 1) },
        goal: 0.7
      },
      {
        name: 'MB one way',
        ...bulk(bulks.own, burst),
        floor: { name: 'raw libp2p stream', ...bulk(bulks.raw, burst) },
        goal: 0.7
      }
    ],
    figures: [latency(0.5, gossip), latency(0.95, gossip)],
    close: async () => {
      await Promise.all([...own.map((each) => each.stop()), ...raw.map((each) => each.stop())])
    }
  }
}

/** Sends, and resolves when so many bytes have come back. */
type Echo = (frame: Uint8Array, count: number) => Promise<void>

/** Publishes, and resolves when the other side has heard it. */
type Hear = () => Promise<void>

function echoing(echo: Echo, frame: Uint8Array, count: number): Pick<Workload, 'operations' | 'run'> {
  return { operations: count, run: async () => await echo(frame, count) }
}

/** Its speed is in MB per second. */
function bulk(take: Echo, frame: Uint8Array): Pick<Workload, 'operations' | 'run'> {
  const count = Math.ceil(BULK_BYTES / frame.length)
  return { operations: (count * frame.length) / 1e6, run: async () => await take(frame, count) }
}

function latency(share: number, { raw, own }: { readonly raw: Hear; readonly own: Hear }): Figure {
  const name = `gossip heard, p${share * 100}`
  const sample = (label: string, hear: Hear): Sample => ({ name: label, take: () => percentile(hear, share) })
  return { ...sample(name, own), unit: 'ms', floor: sample('raw gossipsub', raw) }
}

async function percentile(hear: Hear, share: number): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < GOSSIP_SAMPLES; count += 1) {
    const startMs = performance.now()
    await hear()
    times.push(performance.now() - startMs)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN
}

async function ownPair(): Promise<readonly [Libp2pTransport, Libp2pTransport]> {
  const random = new SystemRandom()
  const shared = {
    clock: new SystemClock(),
    random,
    logger: silentLogger,
    network: networkId(random.bytes(32)),
    admission: { admit: async () => true, isDenied: () => false },
    limits: resolveNodeLimits({ gossipMessagesPerSecondMax: 1_000_000 })
  }
  const start = async (): Promise<Libp2pTransport> => {
    const transport = new Libp2pTransport(
      { ...shared, key: DeviceKey.generate(random) },
      { listen: ['/ip4/127.0.0.1/tcp/0'] }
    )
    await transport.start()
    return transport
  }
  const pair = [await start(), await start()] as const
  await pair[0].dial(pair[1].addresses(), NEVER)
  return pair
}

async function echoedOwn([one, other]: readonly [Libp2pTransport, Libp2pTransport]): Promise<Echo> {
  other.handle(PROTOCOL, async (stream) => {
    for await (const frame of stream.frames()) await stream.send(frame)
  })
  const stream: FrameStream = await one.openStream(other.device, PROTOCOL, NEVER)
  const frames = stream.frames()[Symbol.asyncIterator]()
  return async (frame, count) => {
    const back = (async () => {
      for (let index = 0; index < count; index += 1) await frames.next()
    })()
    for (let index = 0; index < count; index += 1) await stream.send(frame)
    await back
  }
}

/** Sends, and resolves when the other side has read it. */
async function takenOwn([one, other]: readonly [Libp2pTransport, Libp2pTransport]): Promise<Echo> {
  const taken = new Tally()
  other.handle(BULK_PROTOCOL, async (stream) => {
    for await (const frame of stream.frames()) taken.add(frame.length)
  })
  const stream = await one.openStream(other.device, BULK_PROTOCOL, NEVER)
  return async (frame, count) => {
    const all = taken.reaches(frame.length * count)
    for (let index = 0; index < count; index += 1) await stream.send(frame)
    await all
  }
}

async function takenRaw([one, other]: readonly [RawHost, RawHost]): Promise<Echo> {
  const taken = new Tally()
  await other.handle(BULK_PROTOCOL, (stream) => {
    stream.addEventListener('message', ({ data }) => taken.add(data.byteLength))
  })
  const stream = await one.dialProtocol(other.getMultiaddrs(), BULK_PROTOCOL)
  return async (frame, count) => {
    const all = taken.reaches(frame.length * count)
    for (let index = 0; index < count; index += 1) if (!stream.send(frame)) await stream.onDrain()
    await all
  }
}

async function echoedRaw([one, other]: readonly [RawHost, RawHost]): Promise<Echo> {
  await other.handle(PROTOCOL, (stream) => {
    stream.addEventListener('message', ({ data }) => stream.send(data))
  })
  const stream: Stream = await one.dialProtocol(other.getMultiaddrs(), PROTOCOL)
  const back = new Tally()
  stream.addEventListener('message', ({ data }) => back.add(data.byteLength))
  return async (frame, count) => {
    const all = back.reaches(frame.length * count)
    for (let index = 0; index < count; index += 1) if (!stream.send(frame)) await stream.onDrain()
    await all
  }
}

/** Bytes that have come, for one who waits for so many more. */
class Tally {
  #bytes = 0
  #target = 0
  #awaited = Promise.withResolvers<void>()

  add(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= this.#target) this.#awaited.resolve()
  }

  reaches(bytes: number): Promise<void> {
    this.#target += bytes
    this.#awaited = Promise.withResolvers<void>()
    return this.#awaited.promise
  }
}

async function ownGossip([one, other]: readonly [Libp2pTransport, Libp2pTransport]): Promise<Hear> {
  let heard = Promise.withResolvers<void>()
  one.subscribe(TOPIC, () => 'accept')
  other.subscribe(TOPIC, () => {
    heard.resolve()
    return 'accept'
  })
  const message = numbered()
  while ((await one.publish(TOPIC, message())).recipients === 0) await soon()
  await heard.promise
  return async () => {
    heard = Promise.withResolvers<void>()
    await one.publish(TOPIC, message())
    await heard.promise
  }
}

async function rawGossip([one, other]: readonly [RawHost, RawHost]): Promise<Hear> {
  let heard = Promise.withResolvers<void>()
  one.services.gossipsub.subscribe(TOPIC)
  other.services.gossipsub.subscribe(TOPIC)
  other.services.gossipsub.addEventListener('message', () => heard.resolve())
  const message = numbered()
  while ((await one.services.gossipsub.publish(TOPIC, message())).recipients.length === 0) await soon()
  await heard.promise
  return async () => {
    heard = Promise.withResolvers<void>()
    await one.services.gossipsub.publish(TOPIC, message())
    await heard.promise
  }
}

/** No two alike: what was published once is never passed on again. */
function numbered(): () => Uint8Array {
  let count = 0
  return () => {
    const bytes = new Uint8Array(1_024)
    count += 1
    new DataView(bytes.buffer).setUint32(0, count)
    return bytes
  }
}

async function soon(): Promise<void> {
  await new SystemClock().wait(10)
}
