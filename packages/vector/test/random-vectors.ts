import { SeededRandom } from '@hcfs/core'

export interface VectorFamily {
  readonly dimensions: number
  readonly seed: number
  /**
   * `clustered`: around a few dozen centres. `spread`: evenly over 16 of the directions, with some noise in all; texts
   * of an embedder vary in about so many. `noise`: evenly over all directions, where no graph helps.
   */
  readonly shape: 'clustered' | 'spread' | 'noise'
}

/** Vectors of one family: the same seed gives the same ones, and queries come from the same family. */
export class RandomVectors {
  readonly #family: VectorFamily
  readonly #random: SeededRandom
  readonly #centres: readonly Float32Array[]

  constructor(family: VectorFamily) {
    this.#family = family
    this.#random = new SeededRandom(family.seed)
    const count = { clustered: 40, spread: 16, noise: 0 }[family.shape]
    this.#centres = Array.from({ length: count }, () => this.#noise(1))
  }

  one(): Float32Array {
    const { shape } = this.#family
    if (shape === 'noise') return this.#noise(1)
    if (shape === 'clustered') {
      const centre = this.#centres[this.#random.below(this.#centres.length)]
      return this.#noise(0.5).map((value, at) => value + (centre?.[at] ?? 0))
    }
    const vector = this.#noise(0.3)
    for (const centre of this.#centres) {
      const weight = this.#normal()
      for (let at = 0; at < vector.length; at += 1) vector[at] = vector[at]! + weight * centre[at]!
    }
    return vector
  }

  rows(count: number): Float32Array {
    const rows = new Float32Array(count * this.#family.dimensions)
    for (let row = 0; row < count; row += 1) rows.set(this.one(), row * this.#family.dimensions)
    return rows
  }

  #noise(width: number): Float32Array {
    return Float32Array.from({ length: this.#family.dimensions }, () => width * this.#normal())
  }

  /** About normal: three even numbers added. */
  #normal(): number {
    const wide = 2 ** 20
    return (this.#random.below(wide) + this.#random.below(wide) + this.#random.below(wide)) / wide - 1.5
  }
}

/** Labels from one number on. */
export function labelsFrom(first: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => first + index)
}
