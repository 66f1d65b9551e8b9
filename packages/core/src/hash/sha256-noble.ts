import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '../ids/hex.ts'

/** The SHA-256 of `bytes`, as 32 bytes that belong to the caller. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}

/** The SHA-256 of `bytes` as lower-case hexadecimal text: the spelling of every id. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(nobleSha256(bytes))
}
