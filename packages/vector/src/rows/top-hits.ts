import type { VectorHits } from '../vector-index.ts'

/** The best `k` of everything offered: a heap with the worst of them on top. Equal scores are ordered by label. */
export class TopHits {
  readonly #k: number
  readonly #labels: Uint32Array
  readonly #scores: Float32Array
  #size = 0

  constructor(k: number) {
    this.#k = k
    this.#labels = new Uint32Array(k)
    this.#scores = new Float32Array(k)
  }

  get size(): number {
    return this.#size
  }

  offer(label: number, score: number): void {
    if (this.#size < this.#k) {
      this.#size += 1
      this.#siftUp(this.#size - 1, label, score)
    } else if (this.#k > 0 && this.#isWorse(0, label, Math.fround(score))) {
      this.#siftDown(label, score)
    }
  }

  hits(): VectorHits {
    const order = Array.from({ length: this.#size }, (_, place) => place).sort(
      (a, b) => this.#scores[b]! - this.#scores[a]! || this.#labels[a]! - this.#labels[b]!
    )
    return {
      labels: Uint32Array.from(order, (place) => this.#labels[place]!),
      // Rounding may push a cosine a little over 1.
      scores: Float32Array.from(order, (place) => Math.min(1, Math.max(-1, this.#scores[place]!)))
    }
  }

  #siftUp(from: number, label: number, score: number): void {
    const rounded = Math.fround(score)
    let place = from
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (this.#isWorse(parent, label, rounded)) break
      this.#move(parent, place)
      place = parent
    }
    this.#labels[place] = label
    this.#scores[place] = rounded
  }

  /** Replaces the worst one. */
  #siftDown(label: number, score: number): void {
    const rounded = Math.fround(score)
    let place = 0
    for (;;) {
      const child = this.#worseChild(place)
      if (child === undefined || !this.#isWorse(child, label, rounded)) break
      this.#move(child, place)
      place = child
    }
    this.#labels[place] = label
    this.#scores[place] = rounded
  }

  #worseChild(place: number): number | undefined {
    const left = place * 2 + 1
    const right = left + 1
    if (left >= this.#size) return undefined
    if (right >= this.#size) return left
    return this.#isWorse(left, this.#labels[right]!, this.#scores[right]!) ? left : right
  }

  #move(from: number, to: number): void {
    this.#labels[to] = this.#labels[from]!
    this.#scores[to] = this.#scores[from]!
  }

  /** Whether the hit at a place comes after another one. */
  #isWorse(place: number, label: number, score: number): boolean {
    const own = this.#scores[place]!
    return own < score || (own === score && this.#labels[place]! > label)
  }
}
