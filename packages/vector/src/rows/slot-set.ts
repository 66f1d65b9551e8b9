import { NO_NUMBER, NumberTable } from './number-table.ts'

/** A set of slot numbers with constant-time changes and a plain array to walk. */
export class SlotSet {
  readonly #slots = new NumberTable()
  readonly #places = new NumberTable()
  #size = 0

  get size(): number {
    return this.#size
  }

  get memoryBytes(): number {
    return this.#slots.memoryBytes + this.#places.memoryBytes
  }

  /** The slots in no particular order. A view: it is good until the set changes. */
  slots(): Uint32Array {
    return this.#slots.view(this.#size)
  }

  /** One that was added lately. */
  last(): number {
    return this.#slots.get(this.#size - 1)
  }

  has(slot: number): boolean {
    return this.#places.get(slot) !== NO_NUMBER
  }

  add(slot: number): void {
    if (this.has(slot)) return
    this.#slots.set(this.#size, slot)
    this.#places.set(slot, this.#size)
    this.#size += 1
  }

  delete(slot: number): void {
    const place = this.#places.get(slot)
    if (place === NO_NUMBER) return
    const moved = this.last()
    this.#slots.set(place, moved)
    this.#places.set(moved, place)
    this.#places.set(slot, NO_NUMBER)
    this.#size -= 1
  }
}
