import { HcfsError } from '@hcfs/core'

/** What came and was not taken yet. */
const ITEMS_MAX = 10_000

/** Carries what a connection brings to whoever iterates; one that takes too slowly fails with `LIVE_TOO_SLOW`. */
export class LiveQueue<Item> {
  #items: Item[] = []
  #failure: unknown
  #isEnded = false
  #wake: (() => void) | undefined

  push(item: Item): void {
    if (this.#isEnded) return
    this.#items.push(item)
    if (this.#items.length > ITEMS_MAX) {
      this.#items = []
      this.end(new HcfsError('LIVE_TOO_SLOW', 'Changes come faster than they are taken; go on from the last position'))
    }
    this.#wake?.()
  }

  /** What came is still taken; then the iteration ends, with the failure if there is one. */
  end(failure?: unknown): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#failure = failure
    this.#wake?.()
  }

  async *items(): AsyncGenerator<Item> {
    for (;;) {
      const items = this.#items
      this.#items = []
      yield* items
      if (this.#items.length > 0) continue
      if (this.#isEnded) {
        if (this.#failure !== undefined) throw this.#failure
        return
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
