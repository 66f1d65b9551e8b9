import { utf8ByteLength } from '../paths/utf8-byte-length.ts'
import { compareCodePoints } from '../text/compare-code-points.ts'

/**
 * The order of map keys: by their encoded bytes. The head of a text is its
 * length in UTF-8, so that is: shorter first, then byte by byte.
 */
export function compareKeys(left: string, right: string): number {
  return utf8ByteLength(left) - utf8ByteLength(right) || compareCodePoints(left, right)
}
