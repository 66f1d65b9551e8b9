export const NO_NUMBER = 0xffff_ffff

/** Numbers below 2^32 − 1 under small indices, `NO_NUMBER` where none was set. Grows as needed. */
export class NumberTable {
  #numbers = new Uint32Array(1_024).fill(NO_NUMBER)

  get memoryBytes(): number {
    return this.#numbers.byteLength
  }

  get(index: number): number {
    return this.#numbers[index] ?? NO_NUMBER
  }

  set(index: number, value: number): void {
    if (index >= this.#numbers.length) this.#grow(index)
    this.#numbers[index] = value
  }

  /** The first `count` numbers; a view that is good until the table changes. */
  view(count: number): Uint32Array {
    return this.#numbers.subarray(0, count)
  }

  #grow(index: number): void {
    const grown = new Uint32Array(Math.max(this.#numbers.length * 2, index + 1)).fill(NO_NUMBER)
    grown.set(this.#numbers)
    this.#numbers = grown
  }
}
