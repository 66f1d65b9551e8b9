/** What an item takes up in a group. */
export interface Footprint {
  /**
   * Two groups in flight never share a key, nor do two items of one group. The
   * contexts that a write changes: the second write waits until the first is on the disk.
   */
  readonly keys: readonly string[]
  readonly entries: number
  readonly bytes: number
}

export interface GroupRoom {
  readonly itemsMax: number
  readonly entriesMax: number
  readonly bytesMax: number
  /** Keys of the group that is in flight. */
  readonly busyKeys: ReadonlySet<string>
}

interface Queued {
  readonly footprint: Footprint
}

/**
 * Who waits for a group, and who is next.
 *
 * 1. Items with a key in common leave in the order in which they came.
 * 2. Nobody starves: an item that has to wait for a key keeps all its keys from those behind
 *    it, and the first item that does not fit ends the group.
 */
export class GroupQueue<Item extends Queued> {
  #items: Item[] = []
  #bytes = 0

  get count(): number {
    return this.#items.length
  }

  get bytes(): number {
    return this.#bytes
  }

  add(item: Item): void {
    this.#items.push(item)
    this.#bytes += item.footprint.bytes
  }

  /** False when the item has left already. */
  remove(item: Item): boolean {
    const index = this.#items.indexOf(item)
    if (index < 0) return false
    this.#items.splice(index, 1)
    this.#bytes -= item.footprint.bytes
    return true
  }

  /** The next group, which may be empty. An item that is larger than a whole group goes alone. */
  take({ itemsMax, entriesMax, bytesMax, busyKeys }: GroupRoom): Item[] {
    const taken: Item[] = []
    const passed: Item[] = []
    const blockedKeys = new Set(busyKeys)
    let entries = 0
    let bytes = 0
    let index = 0
    for (const item of this.#items) {
      const { footprint } = item
      const fits = entries + footprint.entries <= entriesMax && bytes + footprint.bytes <= bytesMax
      if (taken.length === itemsMax || (taken.length > 0 && !fits)) break
      const isBlocked = footprint.keys.some((key) => blockedKeys.has(key))
      for (const key of footprint.keys) blockedKeys.add(key)
      index += 1
      if (isBlocked) {
        passed.push(item)
        continue
      }
      taken.push(item)
      entries += footprint.entries
      bytes += footprint.bytes
    }
    this.#items = passed.concat(this.#items.slice(index))
    this.#bytes -= bytes
    return taken
  }

  /** Everybody, in order. */
  drain(): Item[] {
    const items = this.#items
    this.#items = []
    this.#bytes = 0
    return items
  }

  /** Everybody, in order, without leaving. */
  waiting(): readonly Item[] {
    return this.#items
  }
}
