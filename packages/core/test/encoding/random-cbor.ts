import type { CborValue } from '../../src/encoding/cbor-value.ts'
import type { Random } from '../../src/random/random.ts'

const LEVELS_MAX = 5
const TEXTS = [
  '',
  'a',
  '\u{80}',
  'path',
  'payloadHash',
  '__proto__',
  'é',
  '水',
  '𐅑',
  '\u{feff}',
  'twelve chars',
  'thirteen char'
]
const NUMBERS = [0.5, 1.1, -4.1, 2 ** -24, 1e300, 3.4028234663852886e38, 2 ** 53, 65_504.5, 1 / 3]
const INTEGER_BORDERS = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]

/** A value with a canonical encoding, drawn without fast-check: a million of them takes seconds. */
export function randomCborValue(random: Random, level = 0): CborValue {
  const scalarKinds = 7
  switch (random.below(level < LEVELS_MAX ? scalarKinds + 2 + (level === 0 ? 8 : 0) : scalarKinds)) {
    case 0:
      return pick(random, [null, true, false])
    case 1:
      return random.below(300) - 150
    case 2:
      return pick(random, INTEGER_BORDERS) * (random.below(2) === 0 ? 1 : -1)
    case 3:
      return pick(random, NUMBERS)
    case 4:
      return pick(random, TEXTS)
    case 5:
      return pick(random, TEXTS).repeat(random.below(6))
    case 6:
      return random.bytes(pick(random, [0, 1, 23, 24, 32]))
    case 7:
      return Array.from({ length: random.below(6) }, () => randomCborValue(random, level + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(6) }, () => [randomKey(random), randomCborValue(random, level + 1)])
      )
  }
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item
}

function randomKey(random: Random): string {
  return pick(random, TEXTS) + pick(random, TEXTS)
}
