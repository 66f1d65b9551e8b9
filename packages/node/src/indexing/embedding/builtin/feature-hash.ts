const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** FNV-1a over the UTF-16 units of a text, begun from another hash or a kind of feature. */
export function featureHash(text: string, seed: number): number {
  let hash = FNV_OFFSET ^ Math.imul(seed, FNV_PRIME)
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME)
  return scramble(hash)
}

/** Another number that depends on every bit: FNV alone leaves its low bits to the last letters. */
export function scramble(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
