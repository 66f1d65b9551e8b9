import { join } from 'node:path'
import type { ReceivedBytes } from '@hcfs/node'
import { CheckedStore } from '../../packages/node/src/storage/checked-store.ts'
import { LevelStore } from '../../packages/node/src/storage/level-store.ts'
import type { ReplicatedNode, ReplicatedNodes } from '../../packages/node/test/replication/open-replicated-nodes.ts'
import { openReplicatedNodes } from '../../packages/node/test/replication/open-replicated-nodes.ts'
import { median } from './measure.ts'
import { benchFolder } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import { samplePath } from './sample-node.ts'
import type { Figure, OpenSuite, Suite } from './suite.ts'

const BODY = sampleBody(960)
const KIB = 1_024
const GROUP = 64
/** Goals are for this many; more would take minutes. */
const CAUGHT_UP_MAX = 10_000
const LIVE_WRITES = 100
const LIVE_PAUSE_MS = 20
const BOTH_SIDES_SHARE = 0.2
const DIFFERING = 10
/** By the number of contexts. */
const DIFFERING_GOALS = new Map([
  [10_000, { ms: 100, kib: 20 }],
  [100_000, { ms: 500, kib: 64 }]
])
const PERCENTILE = 0.95

/**
 * How fast two nodes become equal that talk through memory and keep what they hold on the disk. What a
 * socket costs is not in it. Floors are what the same commits cost a replica that simply has them.
 */
export const replicationSuite: Suite = {
  name: 'replication',
  unit: 'contexts',
  sizes: [500, 10_000, 100_000],
  open: openReplicationSuite
}

interface Pair extends ReplicatedNodes {
  readonly ada: ReplicatedNode
  readonly bob: ReplicatedNode
  close(): Promise<void>
}

async function openReplicationSuite(contexts: number): Promise<OpenSuite> {
  const absent = await openPair()
  await write(absent.ada, { count: contexts, group: GROUP })
  await meet(absent)
  const differing = new Differing(absent)
  const figures: Figure[] = [
    {
      name: `${DIFFERING} differ after an absence`,
      unit: 'ms',
      take: () => differing.takeMs(),
      floor: { name: 'those received, without looking for them', take: () => differing.floorMs() },
      ...goalOf(DIFFERING_GOALS.get(contexts)?.ms)
    },
    {
      name: `${DIFFERING} differ after an absence, sent`,
      unit: 'KiB',
      take: () => differing.takeKib(),
      ...goalOf(DIFFERING_GOALS.get(contexts)?.kib)
    }
  ]
  if (contexts <= CAUGHT_UP_MAX) figures.push(...smallFigures(contexts))
  return { rows: [], figures, close: () => absent.close() }
}

function smallFigures(contexts: number): Figure[] {
  const grouped = new CatchingUp(contexts, GROUP)
  const single = new CatchingUp(contexts, 1)
  const bothSides = contexts * BOTH_SIDES_SHARE
  const liveWrites = Math.min(LIVE_WRITES, contexts / 10)
  return [
    { name: 'empty node catches up, commits of 64', unit: 'ms', ...grouped.time, goal: 1_200 },
    { name: 'commits of 64, sent beside payloads', unit: '%', take: () => grouped.overhead, goal: 115 },
    { name: 'empty node catches up, commits of 1', unit: 'ms', ...single.time, goal: 2_000 },
    { name: 'commits of 1, sent beside payloads', unit: '%', take: () => single.overhead, goal: 140 },
    {
      name: `${bothSides} on each of two sides, until equal`,
      unit: 'ms',
      take: () => bothSidesMs(bothSides),
      goal: 1_000
    },
    {
      name: 'written there to shown here, 50 a second, p50',
      unit: 'ms',
      take: async () => median(await liveMs(liveWrites))
    },
    {
      name: 'written there to shown here, 50 a second, p95',
      unit: 'ms',
      take: async () => p95(await liveMs(liveWrites))
    }
  ]
}

async function openPair(): Promise<Pair> {
  const folder = await benchFolder()
  const made = await openReplicatedNodes(2, {
    isApart: true,
    storeOf: async (index) => new CheckedStore(await LevelStore.open(join(folder.path, String(index))))
  })
  const [ada, bob] = made.nodes
  if (ada === undefined || bob === undefined) throw new Error('There are two nodes')
  const close = async (): Promise<void> => {
    await ada.stop()
    await bob.stop()
    await folder.remove()
  }
  return { ...made, ada, bob, close }
}

/** An empty node and one that has everything. */
class CatchingUp {
  readonly #contexts: number
  readonly #group: number
  overhead = Number.NaN

  constructor(contexts: number, group: number) {
    this.#contexts = contexts
    this.#group = group
  }

  get time(): Pick<Figure, 'take' | 'floor'> {
    return {
      take: () => this.#takeMs(),
      floor: { name: 'those received, without a network', take: () => this.#floorMs() }
    }
  }

  async #takeMs(): Promise<number> {
    const pair = await openPair()
    await write(pair.ada, { count: this.#contexts, group: this.#group })
    const payloadBytes = await payloadBytesOf(pair.ada)
    const ms = await meet(pair)
    this.overhead = (100 * pair.ada.tap.streamBytes) / payloadBytes
    await pair.close()
    return ms
  }

  async #floorMs(): Promise<number> {
    const pair = await openPair()
    await write(pair.ada, { count: this.#contexts, group: this.#group })
    const ms = await receivedMs(pair, 0)
    await pair.close()
    return ms
  }
}

/** Two nodes that are equal but for what one of them wrote lately. */
class Differing {
  readonly #pair: Pair
  #turn = 0
  #sentBytes = 0

  constructor(pair: Pair) {
    this.#pair = pair
  }

  async takeMs(): Promise<number> {
    await this.#edit()
    const before = sentIn(this.#pair)
    const ms = await meet(this.#pair)
    this.#sentBytes = sentIn(this.#pair) - before
    return ms
  }

  async takeKib(): Promise<number> {
    await this.takeMs()
    return this.#sentBytes / KIB
  }

  async floorMs(): Promise<number> {
    const { position } = this.#pair.ada.replica.changes
    await this.#edit()
    return receivedMs(this.#pair, position)
  }

  async #edit(): Promise<void> {
    const { network, ada, bob } = this.#pair
    network.cut(ada.device, bob.device)
    this.#turn += 1
    for (let index = 0; index < DIFFERING; index += 1) await ada.put(samplePath(index * 7), `turn ${this.#turn}`)
  }
}

async function write(node: ReplicatedNode, { count, group }: { count: number; group: number }): Promise<void> {
  for (let first = 0; first < count; first += group) {
    const paths = Array.from({ length: Math.min(group, count - first) }, (_, index) => samplePath(first + index))
    await node.putAll(paths, BODY)
  }
}

/** Connects the two, and tells how long it took until they were equal. */
async function meet({ connect, ada, bob }: Pair): Promise<number> {
  const startMs = performance.now()
  await connect(bob, ada)
  await untilEqual(ada, bob)
  return performance.now() - startMs
}

async function untilEqual(ada: ReplicatedNode, bob: ReplicatedNode): Promise<void> {
  while (!areEqual(ada, bob))
    await ada.replica.changes.waitBeyond(ada.replica.changes.position, AbortSignal.timeout(2)).catch(() => {})
}

/** The position of each first: comparing all leaves every time would be what is measured. */
function areEqual(ada: ReplicatedNode, bob: ReplicatedNode): boolean {
  return ada.replica.changes.position === bob.replica.changes.position && ada.fingerprint() === bob.fingerprint()
}

async function receivedMs({ ada, bob }: Pair, after: number): Promise<number> {
  const commits: ReceivedBytes[] = []
  for await (const each of ada.replica.log.handedOver({ after })) commits.push(each)
  const startMs = performance.now()
  await bob.replica.receive(commits)
  return performance.now() - startMs
}

async function payloadBytesOf({ replica }: ReplicatedNode): Promise<number> {
  let bytes = 0
  for await (const { payloads } of replica.log.handedOver({ after: 0 })) {
    for (const payload of payloads) bytes += payload?.byteLength ?? 0
  }
  return bytes
}

function sentIn({ ada, bob }: Pair): number {
  return ada.tap.streamBytes + bob.tap.streamBytes
}

async function bothSidesMs(count: number): Promise<number> {
  const pair = await openPair()
  const { ada, bob, connect } = pair
  await connect(bob, ada)
  const startMs = performance.now()
  const writing = [ada, bob].map(async (node, side) => {
    const puts = Array.from({ length: count }, (_, index) => node.put(`/${side}/${index}`, BODY))
    await Promise.all(puts)
  })
  await Promise.all(writing)
  await untilEqual(ada, bob)
  const ms = performance.now() - startMs
  await pair.close()
  return ms
}

/** From the call of the write to the moment at which the other node shows it. */
async function liveMs(count: number): Promise<number[]> {
  const pair = await openPair()
  const { ada, bob, connect } = pair
  await connect(bob, ada)
  const taken: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const { changes } = bob.replica
    const before = changes.position
    const startMs = performance.now()
    const shown = changes.waitBeyond(before, AbortSignal.timeout(10_000))
    await ada.put(`/live/${turn}`, BODY)
    await shown
    taken.push(performance.now() - startMs)
    await new Promise((resolve) => setTimeout(resolve, LIVE_PAUSE_MS))
  }
  await pair.close()
  return taken
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * PERCENTILE)] ?? Number.NaN
}

function goalOf(goal: number | undefined): { goal?: number } {
  return goal === undefined ? {} : { goal }
}
