import { sha256, sha256Hex } from '#sha256'
import { CborEncoder } from './cbor-encoder.ts'
import type { CborValue } from './cbor-value.ts'
import { resolveCborLimits } from './encoding-limits.ts'

/** `sha256(encodeCbor(value))`, without the copy of the encoding in between. */
export function hashCbor(value: CborValue): Uint8Array {
  return withEncoding(value, sha256)
}

/** `sha256Hex(encodeCbor(value))`, without the copy of the encoding in between. */
export function hashCborHex(value: CborValue): string {
  return withEncoding(value, sha256Hex)
}

function withEncoding<Result>(value: CborValue, use: (encoding: Uint8Array) => Result): Result {
  const encoder = CborEncoder.borrow()
  try {
    return use(encoder.encode(value, resolveCborLimits(undefined)))
  } finally {
    encoder.giveBack()
  }
}
