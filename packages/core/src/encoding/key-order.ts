import { utf8ByteLength } from '../paths/utf8-byte-length.ts'

/**
 * The order of map keys: by their encoded bytes. The head of a text is its
 * length in UTF-8, so that is: shorter first, then byte by byte.
 */
export function compareKeys(left: string, right: string): number {
  return utf8ByteLength(left) - utf8ByteLength(right) || compareCodePoints(left, right)
}

/** UTF-8 bytes sort like code points; UTF-16 units do not: surrogates stand below U+E000. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function rank(unit: number): number {
  return isSurrogate(unit) ? unit + 0x10000 : unit
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
