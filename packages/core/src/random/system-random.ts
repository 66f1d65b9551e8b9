import type { Random } from './random.ts'

const UINT32_COUNT = 2 ** 32
/** WebCrypto gives at most this many bytes a call. */
const BYTES_PER_CALL_MAX = 65_536

/** The operating system's randomness, fit for keys. */
export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let start = 0; start < count; start += BYTES_PER_CALL_MAX) {
      crypto.getRandomValues(bytes.subarray(start, start + BYTES_PER_CALL_MAX))
    }
    return bytes
  }

  below(limit: number): number {
    assertLimit(limit)
    // Values past the last whole multiple of `limit` would favour small results.
    const usable = UINT32_COUNT - (UINT32_COUNT % limit)
    const draw = new Uint32Array(1)
    do crypto.getRandomValues(draw)
    while ((draw[0] ?? 0) >= usable)
    return (draw[0] ?? 0) % limit
  }
}

export function assertLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= UINT32_COUNT) return
  throw new TypeError(`limit must be a whole number from 1 to 2^32, not ${limit}`)
}
