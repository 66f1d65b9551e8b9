import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizeNfc } from '../../src/paths/normalize-nfc.ts'
import { tricky } from './path-arbitraries.ts'

/** Composes since Unicode 16; U+11382 and U+113C9 are its first and second half. */
const TULU_TIGALARI_II = '\u{11382}\u{113c9}'

// What Unicode 15, 16 and 17 added that composes, decomposes or changes places. Everything else is older.
const NEWER_RANGES: readonly (readonly [number, number])[] = [
  [0x897, 0x897],
  [0x1acf, 0x1aeb],
  [0x105c0, 0x105ff],
  [0x10d69, 0x10d6d],
  [0x11380, 0x113ff],
  [0x11f41, 0x11f42],
  [0x16100, 0x1613f],
  [0x16d40, 0x16d7f],
  [0x1e08f, 0x1e08f],
  [0x1e4ec, 0x1e4ef],
  [0x1e5ee, 0x1e5ef],
  [0x1e6e3, 0x1e6f5]
]

test('text of characters that Unicode 14 knows is what the engine makes of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: tricky, maxLength: 20 }).filter(isOld), (text) => {
      expect(normalizeNfc(text)).toBe(text.normalize('NFC'))
    }),
    { numRuns: 5_000 }
  )
})

test('every single character, and every one after a letter and before a mark, is what the engine makes of it', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code)
    if (!character.isWellFormed() || !isOld(character)) continue
    for (const text of [character, `o${character}\u0323`]) {
      if (normalizeNfc(text) === text.normalize('NFC')) continue
      expect.fail(
        `U+${code.toString(16)}; if Unicode ${process.versions['unicode']} brought it, it belongs to NEWER_RANGES`
      )
    }
  }
})

test('a letter that a later Unicode composes stays in two, so that old and new engines agree', () => {
  expect(normalizeNfc(TULU_TIGALARI_II)).toBe(TULU_TIGALARI_II)
  expect(normalizeNfc(`e\u0301${TULU_TIGALARI_II}e\u0301`)).toBe(`\u00e9${TULU_TIGALARI_II}\u00e9`)
})

test('normalizing twice is normalizing once, for characters of the future too', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.oneof(tricky, fc.constantFrom(...TULU_TIGALARI_II, '\u0301')) }), (text) => {
      const once = normalizeNfc(text.toWellFormed())
      expect(normalizeNfc(once)).toBe(once)
    })
  )
})

test('a slash keeps the text on its two sides apart', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: tricky, maxLength: 6 }), { maxLength: 5 }), (parts) => {
      const wellFormed = parts.map((part) => part.toWellFormed())
      expect(normalizeNfc(wellFormed.join('/'))).toBe(wellFormed.map(normalizeNfc).join('/'))
    })
  )
})

function isOld(text: string): boolean {
  return Array.from(text, (character) => character.codePointAt(0)!).every(
    (code) => !NEWER_RANGES.some(([first, last]) => code >= first && code <= last)
  )
}
