import { NO_NUMBER, NumberTable } from '../rows/number-table.ts'
import { SlotSet } from '../rows/slot-set.ts'
import type { VectorRows } from '../rows/vector-rows.ts'
import type { GraphParameters } from './graph-parameters.ts'
import type { HnswLibrary, NativeGraph } from './hnsw-library.ts'

const CAPACITY_MIN = 1_024
const GROWTH = 1.5
/** What the library keeps for a node beside its vector and links: label, its place in a hash map, level, lock, list. */
const NODE_BYTES = 130

export interface HnswGraphOptions {
  readonly library: HnswLibrary
  readonly dimensions: number
  readonly parameters: GraphParameters
}

/**
 * A native graph over the slots of rows, and the slots that are not in it yet.
 *
 * 1. Every used slot is either a node or pending, never both and never neither.
 * 2. A node number is given once: nodes of slots that ended are marked and stay until another graph replaces this one.
 *    Overwriting one would cost the library three times an insert.
 * 3. The library sees only vectors that `VectorRows` gave, which are finite and of the right length.
 */
export class HnswGraph {
  readonly #native: NativeGraph
  readonly #parameters: GraphParameters
  readonly #slotOfNode = new NumberTable()
  readonly #nodeOfSlot = new NumberTable()
  readonly #pending = new SlotSet()
  /** Reused: a new array for each call costs as much as a tenth of a search. */
  readonly #vector: number[]
  #capacity: number
  #nodeCount = 0
  #deletedCount = 0

  private constructor(native: NativeGraph, parameters: GraphParameters, capacity: number) {
    this.#native = native
    this.#parameters = parameters
    this.#capacity = capacity
    this.#vector = new Array<number>(native.getNumDimensions()).fill(0.5)
  }

  /** An empty graph for which all given slots are pending. */
  static create({ library, dimensions, parameters }: HnswGraphOptions, slots: Uint32Array): HnswGraph {
    const native = new library.HierarchicalNSW('ip', dimensions)
    const capacity = Math.max(CAPACITY_MIN, Math.ceil(slots.length * GROWTH))
    native.initIndex(capacity, parameters.m, parameters.efConstruction)
    const graph = new HnswGraph(native, parameters, capacity)
    for (const slot of slots) graph.add(slot)
    return graph
  }

  /** The graph in a file. `nodeOfSlot` says which node belongs to each slot from 0 on; the others are marked in the file. */
  static read({ library, dimensions, parameters }: HnswGraphOptions, file: string, nodeOfSlot: Uint32Array): HnswGraph {
    const native = new library.HierarchicalNSW('ip', dimensions)
    native.readIndexSync(file)
    const nodeCount = native.getCurrentCount()
    const graph = new HnswGraph(native, parameters, nodeCount)
    for (const [slot, node] of nodeOfSlot.entries()) {
      if (node === NO_NUMBER) graph.add(slot)
      else graph.#connect(slot, node)
    }
    graph.#nodeCount = nodeCount
    graph.#deletedCount = nodeCount - (nodeOfSlot.length - graph.pendingCount)
    return graph
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  get nodeCount(): number {
    return this.#nodeCount
  }

  /** Nodes that may be found. */
  get liveCount(): number {
    return this.#nodeCount - this.#deletedCount
  }

  get deletedShare(): number {
    return this.#nodeCount === 0 ? 0 : this.#deletedCount / this.#nodeCount
  }

  get memoryBytes(): number {
    const { m } = this.#parameters
    const row = this.#vector.length * 4 + m * 2 * 4 + 4
    const upperLinks = (m * 4 + 4) / (m - 1)
    const tables = this.#slotOfNode.memoryBytes + this.#nodeOfSlot.memoryBytes + this.#pending.memoryBytes
    return Math.round(this.#nodeCount * (row + upperLinks + NODE_BYTES)) + tables
  }

  /** The slots to be searched one by one; a view that is good until something changes. */
  pendingSlots(): Uint32Array {
    return this.#pending.slots()
  }

  nodeOf(slot: number): number {
    return this.#nodeOfSlot.get(slot)
  }

  add(slot: number): void {
    this.#pending.add(slot)
  }

  remove(slot: number): void {
    this.#pending.delete(slot)
    const node = this.#nodeOfSlot.get(slot)
    if (node === NO_NUMBER) return
    this.#native.markDelete(node)
    this.#slotOfNode.set(node, NO_NUMBER)
    this.#nodeOfSlot.set(slot, NO_NUMBER)
    this.#deletedCount += 1
  }

  /** Turns one pending slot into a node. */
  insertPending(rows: VectorRows): void {
    const slot = this.#pending.last()
    this.#makeRoom()
    rows.read(slot, this.#vector)
    this.#native.addPoint(this.#vector, this.#nodeCount)
    this.#connect(slot, this.#nodeCount)
    this.#nodeCount += 1
    this.#pending.delete(slot)
  }

  /** Slots of the nodes nearest to a query of length 1, about in order. */
  search(query: Float32Array, k: number, ef: number): number[] {
    const count = Math.min(k, this.liveCount)
    if (count === 0) return []
    for (let at = 0; at < query.length; at += 1) this.#vector[at] = query[at]!
    this.#native.setEf(Math.max(ef, count))
    const { neighbors } = this.#native.searchKnn(this.#vector, count)
    return neighbors.map((node) => this.#slotOfNode.get(node))
  }

  write(file: string): void {
    this.#native.writeIndexSync(file)
  }

  /** Gives the native memory back at once: the collector does not know how much hangs on so small an object. */
  close(): void {
    this.#native.initIndex(1, 2, 2)
  }

  #connect(slot: number, node: number): void {
    this.#nodeOfSlot.set(slot, node)
    this.#slotOfNode.set(node, slot)
  }

  #makeRoom(): void {
    if (this.#nodeCount < this.#capacity) return
    this.#capacity = Math.max(CAPACITY_MIN, Math.ceil(this.#capacity * GROWTH))
    this.#native.resizeIndex(this.#capacity)
  }
}
