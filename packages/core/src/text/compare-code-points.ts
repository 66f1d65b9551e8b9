const SURROGATE_FIRST = 0xd800
const SURROGATE_LAST = 0xdfff
/** Lifts surrogates above every other unit, where their code points are. */
const ABOVE_BASIC_PLANE = 0x10000

/**
 * The order of two texts by their code points, which is that of their UTF-8
 * bytes. JavaScript compares UTF-16 units, where surrogates come before U+E000.
 */
export function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const unitLeft = left.charCodeAt(index)
    const unitRight = right.charCodeAt(index)
    if (unitLeft !== unitRight) return codePointRank(unitLeft) - codePointRank(unitRight)
  }
  return left.length - right.length
}

/** Where the code point that a UTF-16 unit belongs to stands among the others. */
export function codePointRank(unit: number): number {
  return unit >= SURROGATE_FIRST && unit <= SURROGATE_LAST ? unit + ABOVE_BASIC_PLANE : unit
}
