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

  constructor({ costMax, costOf }: RowCacheOptions<Row>) {
    this.#generationCostMax = costMax / 2
    this.#costOf = costOf
  }

  get(key: string): Row | undefined {
    const row = this.#young.get(key)
    if (row !== undefined) return row
    const aged = this.#old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  set(key: string, row: Row): void {
    const replaced = this.#young.get(key)
    if (replaced !== undefined) this.#youngCost -= this.#costOf(replaced)
    this.#youngCost += this.#costOf(row)
    this.#young.set(key, row)
    if (this.#youngCost > this.#generationCostMax) this.#startGeneration()
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
  }

  #startGeneration(): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#youngCost = 0
  }
}
