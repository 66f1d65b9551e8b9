import { hash } from 'node:crypto'

const DIGEST_BYTES = 32

/** The SHA-256 of `bytes`, as 32 bytes that belong to the caller. */
export function sha256(bytes: Uint8Array): Uint8Array {
  // One character for each byte: copying 32 characters takes half the time of
  // asking for a Buffer, which costs an allocation outside the JavaScript heap.
  const text = hash('sha256', bytes, 'binary')
  const digest = new Uint8Array(DIGEST_BYTES)
  for (let index = 0; index < DIGEST_BYTES; index += 1) digest[index] = text.charCodeAt(index)
  return digest
}

/** The SHA-256 of `bytes` as lower-case hexadecimal text: the spelling of every id. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}
