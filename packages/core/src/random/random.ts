/** Where randomness comes from. Keys and secrets need `SystemRandom`; everything else takes what it is given. */
export interface Random {
  bytes(count: number): Uint8Array
  /** A whole number from 0 up to, and not including, `limit` (at most 2^32). */
  below(limit: number): number
}
