import fc from 'fast-check'
import type { CborMap, CborValue } from '../../src/encoding/cbor-value.ts'

/** Keys that some code, somewhere, treats as something else than a key. */
const AWKWARD_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '10', '']

/** Any text that has an encoding: every code point, and the borders of the length of a head. */
export function cborText(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 80 }) },
    { weight: 1, arbitrary: fc.constantFrom('\u{feff}bom', '\u{feff}', '\u{ffff}', '\u{10000}', '\u{d7ff}\u{e000}') },
    { weight: 1, arbitrary: lengthAtBorder().map((length) => 'é'.repeat(length / 2)) }
  )
}

/** Any finite number; minus zero is left out because it becomes zero. */
export function cborNumber(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 300 }),
    fc.constantFrom(...[8, 16, 32, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1, -(2 ** bits)])),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map(withoutMinusZero),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(withoutMinusZero),
    fc.integer({ min: -65_504, max: 65_504 }).map((tenBits) => tenBits / 1_024)
  )
}

export function cborValue(): fc.Arbitrary<CborValue> {
  return fc.letrec<{ value: CborValue; map: CborMap }>((tie) => ({
    map: fc
      .array(fc.tuple(fc.oneof(cborText(), fc.constantFrom(...AWKWARD_KEYS)), tie('value')), { maxLength: 8 })
      .map((entries) => Object.fromEntries(entries)),
    value: fc.oneof(
      { maxDepth: 4 },
      { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
      { weight: 2, arbitrary: cborNumber() },
      { weight: 2, arbitrary: cborText() },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }) },
      { weight: 3, arbitrary: fc.array(tie('value'), { maxLength: 30 }) },
      { weight: 3, arbitrary: tie('map') }
    )
  })).value
}

function lengthAtBorder(): fc.Arbitrary<number> {
  return fc.constantFrom(22, 24, 46, 48, 50, 96, 98, 254, 256, 258)
}

function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value
}
