export interface RowCacheOptions<Row> {
  /**
   * How much the cache may hold, in the unit of `costOf`. Higher answers more
   * reads without touching the disk and costs that much memory.
   */
  costMax: number
  costOf: (row: Row) => number
}

/**
 * Recently used rows, in two generations: a hit in the old one moves the row to
 * the young one, and when the young one is full it becomes the old one. That
 * keeps what is in use like an LRU, for the price of one map look-up a hit.
 *
 * Never holds more than `costMax`, except for a single row that is larger.
 */
export class RowCache<Row> {
  readonly #generationCostMax: number
  readonly #costOf: (row: Row) => number
  #young = new Map<string, Row>()
  #old = new Map<string, Row>()
  #youngCost = 0
  #oldCost = 0

  constructor({ costMax, costOf }: RowCacheOptions<Row>) {
    this.#generationCostMax = costMax / 2
    this.#costOf = costOf
  }

  /** At most what is held: what has moved on from the old generation still counts there. */
  get cost(): number {
    return this.#youngCost + this.#oldCost
  }

  get(key: string): Row | undefined {
    const row = this.#young.get(key)
    if (row !== undefined) return row
    const aged = this.#old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  set(key: string, row: Row): void {
    const cost = this.#costOf(row)
    const replaced = this.#young.get(key)
    if (replaced !== undefined) this.#youngCost -= this.#costOf(replaced)
    if (this.#young.size > 0 && this.#youngCost + cost > this.#generationCostMax) this.#startGeneration()
    this.#young.set(key, row)
    this.#youngCost += cost
  }

  delete(key: string): void {
    const young = this.#young.get(key)
    if (young !== undefined) this.#youngCost -= this.#costOf(young)
    this.#young.delete(key)
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#youngCost = 0
    this.#oldCost = 0
  }

  #startGeneration(): void {
    this.#old = this.#young
    this.#oldCost = this.#youngCost
    this.#young = new Map()
    this.#youngCost = 0
  }
}
