/** Positions of the log, each once, the lowest first. */
export class PositionQueue {
  /** A binary heap: every position is at least its parent. */
  readonly #heap: number[] = []
  readonly #known = new Set<number>()

  /** Nothing happens when it is in, or was. */
  add(position: number): void {
    if (this.#known.has(position)) return
    this.#known.add(position)
    const heap = this.#heap
    let at = heap.push(position) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]! <= position) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = position
  }

  take(): number | undefined {
    const heap = this.#heap
    const lowest = heap[0]
    const last = heap.pop()
    if (lowest === undefined || last === undefined || heap.length === 0) return lowest
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1
      if (heap[child]! >= last) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return lowest
  }
}
