import type { DeviceId, Durability, SeededRandom } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { FaultyStore } from '../../../packages/node/src/storage/faulty-store.ts'
import { MemoryStore } from '../../../packages/node/src/storage/memory-store.ts'
import { SortedChunks } from '../../../packages/node/src/storage/sorted-chunks.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { Mutation } from '../mutations.ts'
import type { SimulatedWires } from '../network/simulated-wires.ts'
import type { Founding, Member } from '../network-founding.ts'
import type { Tally } from '../tally.ts'
import type { Trace } from '../trace.ts'
import type { VirtualTime } from '../virtual-time.ts'
import { ProcessClock, WallClock } from './machine-clock.ts'
import { SimulatedLogger } from './simulated-logger.ts'
import type { NetworkWitness } from './simulated-network-part.ts'
import { SimulatedNode } from './simulated-node.ts'

export interface MachineOptions {
  readonly name: string
  readonly durability: Durability
  readonly aheadMs: number
  readonly disk: DiskFaults
}

export interface DiskFaults {
  /** Every step of the disk takes up to so long. */
  readonly delayMsMax: number
  /** One operation in so many fails; 0 is none. */
  readonly failEvery: number
  /** One value in so many comes back with a flipped bit; 0 is none. */
  readonly flipBitEvery: number
}

export interface MachineComponents {
  time: VirtualTime
  random: SeededRandom
  trace: Trace
  tally: Tally
  founding: Founding
  member: Member
  wires: SimulatedWires
  neighbours: readonly DeviceId[]
  witness: (machine: Machine) => NetworkWitness
  mutation: Mutation
  onBroken: (error: unknown) => void
}

/** One run of a node, from its start to its stop or crash. */
export interface Life {
  readonly machine: Machine
  readonly number: number
  readonly node: SimulatedNode
  readonly clock: ProcessClock
  readonly random: SeededRandom
  readonly ended: AbortSignal
}

/** Everything on a disk at some moment. */
export type DiskCopy = SortedChunks<Uint8Array>

type State =
  | { readonly status: 'down' }
  | { readonly status: 'opening' }
  | { readonly status: 'up'; readonly life: Life; readonly end: AbortController }
  | { readonly status: 'stopping' }

const RETRY_OPEN_MS = 2_000
const HEALTHY: DiskFaults = { delayMsMax: 2, failEvery: 0, flipBitEvery: 0 }

/** A computer with a disk, a clock and a node on it, all of which may fail. */
export class Machine {
  readonly name: string
  readonly durability: Durability
  readonly wall: WallClock
  readonly #components: MachineComponents
  #medium = new SortedChunks<Uint8Array>()
  #faults: DiskFaults
  #state: State = { status: 'down' }
  #store: FaultyStore | undefined
  #clock: ProcessClock | undefined
  #lives = 0
  #isLastWriteProven = true
  #isDiskFull = false
  /** Until a node came up on it. */
  #isDiskReplaced = false

  constructor(components: MachineComponents, { name, durability, aheadMs, disk }: MachineOptions) {
    this.name = name
    this.durability = durability
    this.wall = new WallClock(components.time, aheadMs)
    this.#components = components
    this.#faults = disk
  }

  /** Absent while the node is not running. */
  get life(): Life | undefined {
    return this.#state.status === 'up' ? this.#state.life : undefined
  }

  get device(): DeviceId {
    return this.#components.member.key.deviceId
  }

  /** What lies on the disk now, also what a crash would lose; what is written meanwhile does not show. */
  openDisk(): MemoryStore {
    return new MemoryStore({ medium: this.#medium.clone() })
  }

  set isDiskFull(isFull: boolean) {
    this.#isDiskFull = isFull
    if (this.#store !== undefined) this.#store.isDiskFull = isFull
  }

  jumpClock(ms: number): void {
    this.wall.jump(ms)
  }

  /** Opens the node; again after a while when that fails. */
  start(): void {
    if (this.#state.status !== 'down') return
    this.#lives += 1
    this.#state = { status: 'opening' }
    this.#open(this.#lives).catch(this.#components.onBroken)
  }

  /** What was not synced is lost from some point on; nothing of the node runs any more. */
  async crash(): Promise<void> {
    const { status } = this.#state
    if (status === 'down') return
    if (this.#state.status === 'up') this.#state.end.abort()
    this.#state = { status: 'down' }
    this.#lives += 1
    this.#isLastWriteProven = this.durability === 'disk'
    this.#clock?.die()
    this.#components.wires.powerOff(this.device)
    await this.#store?.crash()
    this.#store = undefined
  }

  /** Ends the node as an operator does. */
  async stop(): Promise<void> {
    if (this.#state.status !== 'up') return
    const { life, end } = this.#state
    this.#state = { status: 'stopping' }
    end.abort()
    try {
      await life.node.stop()
      this.#isLastWriteProven = true
    } catch (error) {
      // A node whose disk fails at the end is killed.
      assertExpected(error, this.name)
      return this.crash()
    }
    if (this.#state.status !== 'stopping') return
    life.clock.die()
    this.#store = undefined
    this.#state = { status: 'down' }
  }

  /** All that is on the disk now, synced or not. */
  copyDisk(): DiskCopy {
    return this.#medium.clone()
  }

  /** In place of a disk that is lost; while the machine is down. Without a copy the new one is empty. */
  replaceDisk(copy?: DiskCopy): void {
    this.#medium = copy?.clone() ?? new SortedChunks<Uint8Array>()
    this.#isDiskReplaced = true
  }

  /** From the next start on the disk works, and has room. */
  heal(): void {
    this.#faults = HEALTHY
    this.isDiskFull = false
  }

  get hasFailingDisk(): boolean {
    return this.#faults.failEvery > 0 || this.#faults.flipBitEvery > 0
  }

  async #open(number: number): Promise<void> {
    const { random, trace, tally, time, founding, member, mutation, wires, neighbours } = this.#components
    const clock = new ProcessClock(this.wall)
    const own = random.fork()
    const disk = new FaultyStore(
      { store: new MemoryStore({ medium: this.#medium }), random: own.fork(), clock },
      this.#faults
    )
    disk.isDiskFull = this.#isDiskFull
    this.#clock = clock
    this.#store = disk
    wires.powerOn(this.device)
    const witness = this.#components.witness(this)
    const log = new SimulatedLogger({
      note: (line) => {
        if (this.#lives === number) trace.add(`${this.name} ${line}`)
      },
      onError: (error) => {
        if (this.#lives === number) this.#components.onBroken(error)
      }
    })
    try {
      const node = await SimulatedNode.open(
        { disk, clock, random: own, log, founding, member, wires, neighbours, witness, mutation },
        {
          name: this.name,
          durability: this.durability,
          isLastWriteProven: this.#isLastWriteProven && !this.#isDiskReplaced
        }
      )
      if (this.#lives !== number) return
      this.#isDiskReplaced = false
      const end = new AbortController()
      const life: Life = { machine: this, number, node, clock, random: own, ended: end.signal }
      this.#state = { status: 'up', life, end }
      trace.add(`${this.name} up`)
    } catch (error) {
      if (this.#lives !== number) return
      assertExpected(error, this.name)
      tally.count('failed-opens')
      trace.add(`${this.name} cannot open: ${error.code}`)
      await this.crash()
      time.after(RETRY_OPEN_MS, () => this.start())
    }
  }
}

function assertExpected(error: unknown, name: string): asserts error is HcfsError {
  if (error instanceof HcfsError && error.code.startsWith('STOR')) return
  throw new BrokenInvariant('no-unexpected-failure', `${name}: ${String(error)}`)
}
