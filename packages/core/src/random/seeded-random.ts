import type { Random } from './random.ts'
import { assertLimit } from './system-random.ts'

const UINT32_COUNT = 2 ** 32

/**
 * The same numbers for the same seed, on every machine: xorshift128 seeded by
 * splitmix32. For tests and the simulation only; anybody can predict it.
 */
export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: number) {
    let mixed = seed >>> 0
    for (let index = 0; index < this.#state.length; index += 1) {
      mixed = (mixed + 0x9e3779b9) >>> 0
      this.#state[index] = scramble(mixed)
    }
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next() & 0xff)
  }

  below(limit: number): number {
    assertLimit(limit)
    return Math.floor((this.#next() / UINT32_COUNT) * limit)
  }

  /** A generator of its own for one part of a program, so that parts do not shift each other's numbers. */
  fork(): SeededRandom {
    return new SeededRandom(this.#next())
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state
    const mixed = d ^ (d << 11)
    const result = (a ^ (a >>> 19) ^ mixed ^ (mixed >>> 8)) >>> 0
    this.#state.set([result, a, b, c])
    return result
  }
}

function scramble(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
