const SLAB_BYTES = 16 * 1_024
/** Larger ones are allocated alone: they would leave too much of a slab unused. */
const CARVED_BYTES_MAX = 4 * 1_024

/**
 * Gives out byte arrays that lie side by side in one allocation. Each array of
 * more than 64 bytes costs a microsecond to allocate and another to collect, more
 * than filling it with a kilobyte; carved from a slab it costs a fifth.
 *
 * An array that is kept holds its whole slab: for bytes that live as long as
 * their neighbours. All bytes are zero, and belong to the caller alone.
 */
export class ByteSlab {
  #slab = new Uint8Array(0)
  #usedBytes = 0

  carve(length: number): Uint8Array {
    if (length > CARVED_BYTES_MAX) return new Uint8Array(length)
    if (this.#usedBytes + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES)
      this.#usedBytes = 0
    }
    const from = this.#usedBytes
    this.#usedBytes += length
    return this.#slab.subarray(from, this.#usedBytes)
  }
}
