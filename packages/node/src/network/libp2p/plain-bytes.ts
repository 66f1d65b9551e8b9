/** The same memory without what `Buffer` does otherwise: its `slice` shares, and it compares unequal. */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
