import { FloatRows } from './float-rows.ts'
import { Int8Rows } from './int8-rows.ts'
import { NO_NUMBER, NumberTable } from './number-table.ts'
import type { RowStore, VectorPrecision } from './row-store.ts'
import { SlotSet } from './slot-set.ts'
import type { TopHits } from './top-hits.ts'

/** What a label costs in a Map of V8, measured at 100,000 of them. */
const LABEL_BYTES = 40

/**
 * Labelled vectors in slots, and the comparison with all of them.
 *
 * 1. A used slot has one label and a label at most one slot.
 * 2. A vector never changes within its slot: replacing it takes another slot first. So whoever remembers slots, as a
 *    graph does, only has to hear of slots that begin and end.
 * 3. Freed slots are used again, so memory follows the largest number of vectors there ever was.
 */
export class VectorRows {
  readonly dimensions: number
  readonly precision: VectorPrecision
  readonly #store: RowStore
  readonly #slotOfLabel = new Map<number, number>()
  readonly #labels = new NumberTable()
  readonly #used = new SlotSet()
  readonly #free: number[] = []

  constructor(dimensions: number, precision: VectorPrecision) {
    this.dimensions = dimensions
    this.precision = precision
    this.#store = precision === 'int8' ? new Int8Rows(dimensions) : new FloatRows(dimensions)
  }

  get size(): number {
    return this.#used.size
  }

  get memoryBytes(): number {
    const tables = this.#labels.memoryBytes + this.#used.memoryBytes + this.#free.length * 8
    return this.#store.memoryBytes + tables + this.size * LABEL_BYTES
  }

  /** The slots in use; a view that is good until something changes. */
  slots(): Uint32Array {
    return this.#used.slots()
  }

  slotOf(label: number): number | undefined {
    return this.#slotOfLabel.get(label)
  }

  labelOf(slot: number): number {
    return this.#labels.get(slot)
  }

  /** Puts a vector into a slot of its own. The label must have none. */
  insert(label: number, vectors: Float32Array, start: number): number {
    const slot = this.#free.pop() ?? this.#used.size
    this.#store.write(slot, vectors, start)
    this.#take(slot, label)
    return slot
  }

  /** Returns the slot that is free now, or undefined if there was no such label. */
  remove(label: number): number | undefined {
    const slot = this.#slotOfLabel.get(label)
    if (slot === undefined) return undefined
    this.#slotOfLabel.delete(label)
    this.#labels.set(slot, NO_NUMBER)
    this.#used.delete(slot)
    this.#free.push(slot)
    return slot
  }

  /** The vector with length 1, as it is stored. */
  read(slot: number, into: number[]): void {
    this.#store.read(slot, into)
  }

  /** Offers the vector of one slot. The query must have length 1. */
  score(slot: number, query: Float32Array, top: TopHits): void {
    top.offer(this.#labels.get(slot), this.#store.dot(slot, query))
  }

  scoreAll(query: Float32Array, top: TopHits): void {
    for (const slot of this.#used.slots()) this.score(slot, query, top)
  }

  scoreLabels(query: Float32Array, top: TopHits, labels: Uint32Array): void {
    for (const label of labels) {
      const slot = this.#slotOfLabel.get(label)
      if (slot !== undefined) top.offer(label, this.#store.dot(slot, query))
    }
  }

  pack(slots: Uint32Array): Uint8Array {
    return this.#store.pack(slots)
  }

  /** Fills empty rows: the slots from 0 on get these labels and what `pack` gave. */
  unpack(labels: Uint32Array, bytes: Uint8Array): void {
    this.#store.unpack(bytes, labels.length)
    for (const [slot, label] of labels.entries()) this.#take(slot, label)
  }

  #take(slot: number, label: number): void {
    this.#slotOfLabel.set(label, slot)
    this.#labels.set(slot, label)
    this.#used.add(slot)
  }
}
