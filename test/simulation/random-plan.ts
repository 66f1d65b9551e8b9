import { SeededRandom } from '@hcfs/core'
import { DRAWN_LIES } from './adversary/lie.ts'
import type { NetworkFaults } from './network/network-faults.ts'
import { CALM } from './network/network-faults.ts'
import type { Plan, PlannedNode, Step } from './plan.ts'
import type { Change } from './workload/change.ts'
import { KEPT_FOLDER } from './workload/change.ts'

const KEPT = [`${KEPT_FOLDER}/a`, `${KEPT_FOLDER}/a/b`, `${KEPT_FOLDER}/c`] as const
const FREE = ['/free/x', '/free/x/y', '/free/z'] as const
const PRIVATE = ['/private/a', '/private/b'] as const
const ROAMED = '/kept/roamed'
const CREATE_UNTIL_MS = 10_000
const HEAL_AT_MS = 120_000
const MINUTE_MS = 60_000
const PARTITION_MS_MAX = 40_000

/** What a seed stands for. */
export function randomPlan(seed: number): Plan {
  const random = new SeededRandom(seed)
  const nodeCount = 2 + random.below(4)
  const nodes = Array.from({ length: nodeCount }, (_, index) => randomNode(random, index))
  const written = writes(random, nodeCount)
  const steps = [...written, ...new FaultSteps(random, { nodeCount, written }).steps()]
  return {
    seed,
    nodes,
    network: randomNetwork(random),
    steps: steps.sort((a, b) => a.atMs - b.atMs),
    healAtMs: HEAL_AT_MS
  }
}

/** One in so many. */
function isOneIn(random: SeededRandom, count: number): boolean {
  return random.below(count) === 0
}

function randomNode(random: SeededRandom, index: number): PlannedNode {
  const isClockWrong = isOneIn(random, 4)
  return {
    standing: index > 0 && isOneIn(random, 3) ? 'outsider' : 'insider',
    durability: isOneIn(random, 3) ? 'buffered' : 'disk',
    aheadMs: isClockWrong ? random.below(20 * MINUTE_MS) - 10 * MINUTE_MS : random.below(2_000) - 1_000,
    disk: {
      delayMsMax: isOneIn(random, 5) ? 300 : 10,
      failEvery: isOneIn(random, 6) ? 300 + random.below(2_000) : 0,
      flipBitEvery: isOneIn(random, 6) ? 500 + random.below(4_000) : 0
    }
  }
}

function randomNetwork(random: SeededRandom): NetworkFaults {
  if (isOneIn(random, 4)) return CALM
  return {
    dropPercent: random.below(40),
    duplicatePercent: random.below(20),
    forgetPercent: isOneIn(random, 2) ? 0 : random.below(60),
    delayMsMax: 5 + random.below(300),
    spikePercent: random.below(10),
    spikeMsMax: 30_000
  }
}

function writes(random: SeededRandom, nodeCount: number): Step[] {
  const count = 20 + random.below(60)
  const created = [...KEPT, ROAMED].flatMap((path, index): Step[] => {
    const word = (copy: number): string => `begin-${index}-${copy}`
    const copies = path === ROAMED ? 1 : 1 + random.below(2)
    return Array.from({ length: copies }, (_, copy) => ({
      atMs: random.below(CREATE_UNTIL_MS),
      do: 'write',
      node: random.below(nodeCount),
      change: { kind: 'create', path, word: word(copy) }
    }))
  })
  const others = Array.from({ length: count }, (_, index): Step => {
    const atMs = CREATE_UNTIL_MS + random.below(HEAL_AT_MS - CREATE_UNTIL_MS)
    return { atMs, do: 'write', node: random.below(nodeCount), change: randomChange(random, index) }
  })
  return [...created, ...others, ...burst(random, nodeCount)]
}

/** Many writes at one moment, so that they share commits. */
function burst(random: SeededRandom, nodeCount: number): Step[] {
  const atMs = CREATE_UNTIL_MS + random.below(HEAL_AT_MS - CREATE_UNTIL_MS)
  const node = random.below(nodeCount)
  return Array.from({ length: random.below(20) }, (_, index): Step => {
    const path = `/burst/${random.below(8)}`
    return { atMs, do: 'write', node, change: { kind: 'put', path, word: `burst-${index}.` } }
  })
}

function randomChange(random: SeededRandom, index: number): Change {
  const word = `word-${index}.`
  const kept = KEPT[random.below(KEPT.length)]!
  const free = FREE[random.below(FREE.length)]!
  const pick = random.below(100)
  if (pick < 12) return { kind: 'append', path: kept, word }
  if (pick < 17) return { kind: 'copied', path: kept, word, copies: 2 }
  if (pick < 21) return { kind: 'put', path: PRIVATE[random.below(PRIVATE.length)]!, word }
  if (pick < 25) return { kind: 'roam', path: ROAMED, word }
  if (pick < 33) return { kind: 'insert', path: kept, word }
  if (pick < 40) return { kind: 'mark', path: kept, word }
  if (pick < 46) return { kind: 'old-edit', path: kept, word, pick: random.below(6) }
  if (pick < 60) return { kind: 'put', path: free, word }
  if (pick < 65) return { kind: 'expire', path: free, word, afterMs: 1_000 + random.below(MINUTE_MS) }
  if (pick < 73) return { kind: 'batch', paths: [`/batch/${index}/a`, `/batch/${index}/b`, free], word }
  if (pick < 81) return { kind: 'remove', path: isOneIn(random, 2) ? kept : free }
  if (pick < 89) return { kind: 'undelete', path: isOneIn(random, 2) ? kept : free }
  if (pick < 91) return { kind: 'remove', path: `/batch/${random.below(index + 1)}/a` }
  if (pick < 93) return { kind: 'remove-tree', path: '/free' }
  if (pick < 95) return { kind: 'move-tree', path: '/free', to: `/moved/tree-${index}` }
  return { kind: 'move', path: free, to: `/moved/${index}` }
}

/** A random subset of what can go wrong besides the network and the disks. */
class FaultSteps {
  readonly #random: SeededRandom
  readonly #nodeCount: number
  readonly #written: readonly Step[]

  constructor(random: SeededRandom, { nodeCount, written }: { nodeCount: number; written: readonly Step[] }) {
    this.#random = random
    this.#nodeCount = nodeCount
    this.#written = written
  }

  steps(): Step[] {
    return [
      ...this.#some(6, () => [this.#crash()]),
      ...this.#some(2, () => [this.#stop()]),
      ...this.#some(2, () => [this.#jump()]),
      ...this.#some(2, () => [this.#fullDisk()]),
      ...this.#some(3, () => [this.#oneWayCut()]),
      ...this.#some(2, () => this.#partition()),
      ...this.#some(1, () => this.#flapping()),
      ...this.#some(6, () => [this.#lie()]),
      ...this.#fates()
    ]
  }

  /** Up to so many, or none at all. */
  #some(max: number, make: () => Step[]): Step[] {
    const count = isOneIn(this.#random, 3) ? 0 : this.#random.below(max + 1)
    return Array.from({ length: count }, make).flat()
  }

  #crash(): Step {
    const place = isOneIn(this.#random, 3) ? this.#place() : this.#placeOfWrite()
    return { ...place, do: 'crash', turns: this.#random.below(60), downMs: 100 + this.#random.below(15_000) }
  }

  #stop(): Step {
    return { ...this.#place(), do: 'restart', downMs: 100 + this.#random.below(20_000) }
  }

  #jump(): Step {
    return { ...this.#place(), do: 'jump', byMs: this.#random.below(20 * MINUTE_MS) - 10 * MINUTE_MS }
  }

  #fullDisk(): Step {
    return { ...this.#place(), do: 'fill-disk', forMs: this.#random.below(20_000) }
  }

  #oneWayCut(): Step {
    const { atMs, node } = this.#place()
    return { atMs, do: 'cut', from: node, to: this.#other(node), forMs: this.#random.below(PARTITION_MS_MAX) }
  }

  /** Some on one side, the rest on the other. */
  #partition(): Step[] {
    const { atMs } = this.#place()
    const forMs = this.#random.below(PARTITION_MS_MAX)
    const sides = Array.from({ length: this.#nodeCount }, () => this.#random.below(2))
    return sides.flatMap((side, from) =>
      sides.flatMap((other, to): Step[] => (side === other ? [] : [{ atMs, do: 'cut', from, to, forMs }]))
    )
  }

  #flapping(): Step[] {
    const { atMs, node } = this.#place()
    const to = this.#other(node)
    return Array.from(
      { length: 10 },
      (_, turn): Step => ({
        atMs: atMs + turn * 2_000,
        do: 'cut',
        from: node,
        to,
        forMs: 1_000
      })
    )
  }

  #lie(): Step {
    const { atMs, node } = this.#place()
    const lie = DRAWN_LIES[this.#random.below(DRAWN_LIES.length)]!
    const path = isOneIn(this.#random, 2)
      ? FREE[this.#random.below(FREE.length)]!
      : `/free/lie-${this.#random.below(4)}`
    return { atMs, do: 'lie', node, to: this.#other(node), lie, path }
  }

  /** Of what happens once at most: with a second disk, or a second member, more is lost than was promised for. */
  #fates(): Step[] {
    const { atMs, node } = this.#place()
    const pick = this.#random.below(6)
    const downMs = 100 + this.#random.below(20_000)
    if (pick === 0) return [{ atMs, do: 'lose-disk', node, downMs }]
    if (pick === 1) return [{ atMs, do: 'lose-disk', node, downMs, backupAgeMs: 1_000 + this.#random.below(30_000) }]
    if (pick > 3 || node === 0 || this.#nodeCount < 3) return []
    return [{ atMs, do: 'revoke', node, cutBack: isOneIn(this.#random, 2) ? 0 : this.#random.below(5) }]
  }

  #place(): { atMs: number; node: number } {
    return { atMs: this.#random.below(HEAL_AT_MS), node: this.#random.below(this.#nodeCount) }
  }

  /** At a write, or shortly after it. */
  #placeOfWrite(): { atMs: number; node: number } {
    const step = this.#written[this.#random.below(this.#written.length)]
    if (step?.do !== 'write') return this.#place()
    return { atMs: step.atMs + (isOneIn(this.#random, 2) ? 0 : this.#random.below(1_000)), node: step.node }
  }

  #other(node: number): number {
    return (node + 1 + this.#random.below(this.#nodeCount - 1)) % this.#nodeCount
  }
}
