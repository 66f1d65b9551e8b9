import { FORMAT_LIMITS } from '@hcfs/core'

/** Numbers, truth values, and what every object and text has beside what is in it. */
const VALUE_BYTES = 8

/**
 * Roughly what a value takes in memory while its write waits for the disk. A
 * unit of text counts as one byte, which is what V8 keeps of Latin text.
 *
 * Nothing was checked yet: a value may be larger than a context can be, or hold
 * itself. It is not counted beyond that size; such a write is refused anyway.
 */
export function waitingBytes(value: unknown): number {
  const open: unknown[] = [value]
  let bytes = 0
  while (open.length > 0 && bytes <= FORMAT_LIMITS.contextBytesMax) {
    const each = open.pop()
    bytes += VALUE_BYTES
    if (typeof each === 'string') bytes += each.length
    if (typeof each !== 'object' || each === null) continue
    for (const key in each) {
      if (bytes > FORMAT_LIMITS.contextBytesMax) break
      bytes += key.length
      open.push(Reflect.get(each, key))
    }
  }
  return bytes
}
