import { join } from 'node:path'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { ClusterPeer, msBetween } from './cluster-peer.ts'
import { newRawHost } from './raw-hosts.ts'
import { benchFolder } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import { fillNode } from './sample-node.ts'
import type { Figure, OpenSuite, Sample, Suite } from './suite.ts'

const LISTEN = ['/ip4/127.0.0.1/tcp/0']
const BODY = sampleBody(960)
const LIVE_WRITES = 200
const LIVE_PAUSE_MS = 20
const BOTH_SIDES = 2_000
const DIFFERING = 10
const TOPIC = 'hcfs/bench/live'
const NAME_BYTES = 16

/** Two nodes in two processes over libp2p on loopback, durable on both sides. */
export const clusterSuite: Suite = {
  name: 'cluster',
  unit: 'contexts',
  sizes: [500, 10_000],
  open: openClusterSuite
}

async function openClusterSuite(contexts: number): Promise<OpenSuite> {
  const bench = await ClusterBench.open(contexts)
  const live = new Live(() => bench.liveLatencies())
  const rawLive = new Live(() => bench.rawLatencies())
  const figures: Figure[] = [
    { name: 'join and catch up', unit: 'ms', take: () => bench.joinMs(), goal: 1_200 * (contexts / 10_000) + 500 },
    { name: `${DIFFERING} written here, on the other disk`, unit: 'ms', take: () => bench.differingMs() },
    {
      name: 'write here to seen there, 50/s, p50',
      unit: 'ms',
      take: () => live.percentile(0.5),
      floor: { name: 'raw gossipsub', take: () => rawLive.percentile(0.5) } satisfies Sample,
      goal: 5
    },
    {
      name: 'write here to seen there, 50/s, p95',
      unit: 'ms',
      take: () => live.percentile(0.95),
      floor: { name: 'raw gossipsub', take: () => rawLive.percentile(0.95) } satisfies Sample
    },
    {
      name: `${BOTH_SIDES} on each side at once, until equal`,
      unit: 'ms',
      take: () => bench.bothSidesMs(),
      goal: 1_000
    }
  ]
  return { rows: [], figures, close: () => bench.close() }
}

/** Latencies of one run give both percentiles. */
class Live {
  readonly #measure: () => Promise<number[]>
  #run: { readonly times: Promise<number[]>; readonly asked: Set<number> } | undefined

  constructor(measure: () => Promise<number[]>) {
    this.#measure = measure
  }

  async percentile(share: number): Promise<number> {
    if (this.#run === undefined || this.#run.asked.has(share)) this.#run = { times: this.#measure(), asked: new Set() }
    this.#run.asked.add(share)
    const times = (await this.#run.times).toSorted((left, right) => left - right)
    return times[Math.floor(times.length * share)] ?? Number.NaN
  }
}

class ClusterBench {
  readonly #node: HcfsNode
  readonly #peer = new ClusterPeer()
  readonly #folder: { path: string; remove(): Promise<void> }
  readonly #contexts: number
  #written: number
  #runs = 0
  #isJoined = false
  #isWatching = false

  private constructor(node: HcfsNode, folder: { path: string; remove(): Promise<void> }, contexts: number) {
    this.#node = node
    this.#folder = folder
    this.#contexts = contexts
    this.#written = contexts
  }

  static async open(contexts: number): Promise<ClusterBench> {
    const folder = await benchFolder()
    const node = await openNode({ dir: join(folder.path, 'node'), listen: LISTEN, search: false, name: 'node' })
    await fillNode(node, contexts)
    return new ClusterBench(node, folder, contexts)
  }

  /** A machine that was never here: from redeeming its ticket to holding everything on its disk. */
  async joinMs(): Promise<number> {
    if (this.#isJoined) await this.#peer.tell({ order: 'close' })
    this.#isJoined = true
    const run = this.#nextRun()
    this.#isWatching = false
    const { ticket } = await this.#node.network.invite({ role: 'write' })
    const from = process.hrtime.bigint()
    await this.#peer.tell({ order: 'open', dir: join(this.#folder.path, `peer-${run}`), ticket })
    const at = await this.#peer.tell({ order: 'hold', contexts: this.#written })
    return msBetween(from, at ?? from)
  }

  async differingMs(): Promise<number> {
    const from = process.hrtime.bigint()
    await this.#write(`/differing/${this.#nextRun()}`, DIFFERING)
    const at = await this.#peer.tell({ order: 'hold', contexts: this.#written })
    return msBetween(from, at ?? from)
  }

  /** From calling `put` here to the change being on the disk there, and told to a watcher. */
  async liveLatencies(): Promise<number[]> {
    if (!this.#isWatching) await this.#peer.tell({ order: 'watch' })
    this.#isWatching = true
    const prefix = `/live/${this.#nextRun()}`
    return this.#spaced(async (index) => {
      const path = `${prefix}/${index}`
      const from = process.hrtime.bigint()
      await this.#node.contexts.put(path, { body: BODY })
      this.#written += 1
      return msBetween(from, await this.#peer.seen(path))
    })
  }

  /** What a message of the same size takes between the same processes with libp2p alone. */
  async rawLatencies(): Promise<number[]> {
    const host = await newRawHost()
    const topic = `${TOPIC}/${this.#nextRun()}`
    host.services.gossipsub.subscribe(topic)
    const [address] = host.getMultiaddrs()
    await this.#peer.tell({ order: 'listen-raw', topic, address: String(address) })
    while (host.services.gossipsub.getSubscribers(topic).length === 0) await pause(LIVE_PAUSE_MS)
    const times = await this.#spaced(async (index) => {
      const name = `raw ${this.#runs} ${index}`
      const bytes = new Uint8Array(BODY.length + NAME_BYTES).fill(0x20)
      bytes.set(new TextEncoder().encode(name))
      const from = process.hrtime.bigint()
      await host.services.gossipsub.publish(topic, bytes)
      return msBetween(from, await this.#peer.seen(name))
    })
    await host.stop()
    return times
  }

  async bothSidesMs(): Promise<number> {
    const run = this.#nextRun()
    const from = process.hrtime.bigint()
    const theirs = this.#peer.tell({ order: 'write', prefix: `/there/${run}`, count: BOTH_SIDES, body: BODY })
    await Promise.all([this.#write(`/here/${run}`, BOTH_SIDES), theirs])
    this.#written += BOTH_SIDES
    const at = this.#peer.tell({ order: 'hold', contexts: this.#written })
    await this.#held(this.#written)
    const here = process.hrtime.bigint()
    const there = (await at) ?? here
    return msBetween(from, there > here ? there : here)
  }

  async close(): Promise<void> {
    await this.#peer.end()
    await this.#node.close()
    await this.#folder.remove()
  }

  async #write(prefix: string, count: number): Promise<void> {
    const items = Array.from({ length: count }, (_, index) => ({ put: { path: `${prefix}/${index}`, body: BODY } }))
    await this.#node.contexts.batch(items, { atomic: false })
    this.#written += count
  }

  async #held(contexts: number): Promise<void> {
    while ((await this.#node.status()).contexts < contexts) await pause(1)
  }

  async #spaced(take: (index: number) => Promise<number>): Promise<number[]> {
    const count = Math.min(LIVE_WRITES, this.#contexts / 10)
    const times: Promise<number>[] = []
    for (let index = 0; index < count; index += 1) {
      times.push(take(index))
      await pause(LIVE_PAUSE_MS)
    }
    return Promise.all(times)
  }

  #nextRun(): number {
    this.#runs += 1
    return this.#runs
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
