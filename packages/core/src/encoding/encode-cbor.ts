import { CborEncoder } from './cbor-encoder.ts'
import type { CborValue } from './cbor-value.ts'
import type { CborLimits } from './encoding-limits.ts'
import { resolveCborLimits } from './encoding-limits.ts'

/**
 * The one encoding of a value: equal values give equal bytes, on every machine
 * and in every version, so that the bytes can be hashed and signed.
 *
 * Refuses what it cannot carry exactly with `ENCODING_INVALID` (NaN, undefined,
 * class instances, lone surrogates …) and what is over a limit, a cyclic value
 * included, with `ENCODING_TOO_LARGE`. The result belongs to the caller.
 *
 * For a hash alone `hashCbor` takes half the time: it needs no copy.
 */
export function encodeCbor(value: CborValue, limits?: CborLimits): Uint8Array {
  const resolved = resolveCborLimits(limits)
  const encoder = CborEncoder.borrow()
  try {
    return encoder.encode(value, resolved).slice()
  } finally {
    encoder.giveBack()
  }
}
