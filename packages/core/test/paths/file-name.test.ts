import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeSegment, fromFileName, toFileName, unescapeSegment } from '../../src/paths/file-name.ts'
import { CAPITAL_LETTERS, KEPT_CHARACTERS, SMALL_LETTERS } from '../../src/paths/file-name-letters.ts'
import { segments } from './path-arbitraries.ts'
import { ruleBroken } from './rule-broken.ts'

const DEVICES = ['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$', 'COM0', 'COM1', 'COM¹', 'LPT9', 'LPT³']

describe('a file name', () => {
  test.each([
    ['notes.md', 'notes.md'],
    ['2026-11-20 stand-up (ada).md', '2026-11-20 stand-up (ada).md'],
    ['.gitignore', '.gitignore'],
    ['日本語', '日本語'],
    ['café', 'café'],
    ['Notes', '+notes'],
    ['myNotes', 'my+notes'],
    ['README.md', '++readme.md'],
    ['HTTPd', '++http=d'],
    ['A1', '+a1'],
    ['Ärger', '+ärger'],
    ['12:30', '12%3a30'],
    ['a+b=c%', 'a%2bb%3dc%25'],
    ['Straße', '+stra%c3%9fe'],
    ['...', '..%2e'],
    ['end.', 'end%2e'],
    ['end ', 'end%20'],
    [' start', '%20start'],
    ['con', '%63on'],
    ['con.txt', '%63on.txt'],
    ['com1 .x', '%63om1 .x'],
    ['CON', '++con'],
    ['console', 'console'],
    ['progra~1', 'progra%7e1']
  ])('of %j is %j', (segment, name) => {
    expect(toFileName(segment)).toBe(name)
    expect(fromFileName(name)).toBe(segment)
  })

  test('gives its segment back', () => {
    fc.assert(
      fc.property(fitting, (segment) => {
        expect(fromFileName(toFileName(segment))).toBe(segment)
      }),
      { numRuns: 2_000 }
    )
  })

  test('gives its segment back after a file system took it apart into NFD', () => {
    fc.assert(
      fc.property(fitting, (segment) => {
        expect(fromFileName(toFileName(segment).normalize('NFD'))).toBe(segment)
      })
    )
  })

  test('is valid on Linux, macOS and Windows', () => {
    fc.assert(
      fc.property(fitting, (segment) => {
        assertPortable(toFileName(segment))
      }),
      { numRuns: 2_000 }
    )
    for (const device of DEVICES.flatMap((name) => [name, name.toLowerCase()])) {
      for (const end of ['', '.txt', ' .txt', ' ', '.']) assertPortable(toFileName(device + end))
    }
  })

  test('differs from every other even where case does not count', () => {
    fc.assert(
      fc.property(fitting, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (segment, flips) => {
        const other = flipCase(segment, flips)
        fc.pre(other !== segment && Buffer.byteLength(escapeSegment(other)) <= 255)
        expect(foldCase(toFileName(other))).not.toBe(foldCase(toFileName(segment)))
      }),
      { numRuns: 2_000 }
    )
  })
})

describe('a name that toFileName does not give', () => {
  test.each(['README.md', 'a:b', '+A', '++a', '++ab=', '++ab=1', '%41', '%3A', '%6e', 'x%', 'a.', 'con', 'ß', '~'])(
    '%j is refused as not ours',
    (name) => {
      expect(ruleBroken(() => fromFileName(name))).toBe('file-name')
    }
  )

  test.each([
    ['%ff', 'file-name'],
    ['%c3', 'file-name'],
    ['%00', 'control-character'],
    ['%2e', 'dot-segment'],
    ['%2f', 'slash-in-segment'],
    ['e%cc%81', 'not-canonical'],
    ['', 'empty-segment']
  ])('%j is refused, because no segment is like that', (name, rule) => {
    expect(ruleBroken(() => fromFileName(name))).toBe(rule)
  })

  test('is refused or gives a segment whose name it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab+=%2e3ac9 .AÄäß') }), (name) => {
        const rule = ruleBroken(() => fromFileName(name))
        if (rule === undefined) expect(toFileName(fromFileName(name))).toBe(name)
      }),
      { numRuns: 2_000 }
    )
  })
})

test.each([
  ['a/b', 'slash-in-segment'],
  ['', 'empty-segment'],
  ['..', 'dot-segment'],
  ['e\u0301', 'not-canonical']
])('%j, which is no canonical segment, has no file name', (segment, rule) => {
  expect(ruleBroken(() => toFileName(segment))).toBe(rule)
})

test('a segment whose escape does not fit into a file name says so', () => {
  expect(toFileName('♥'.repeat(28))).toHaveLength(252)
  expect(ruleBroken(() => toFileName('♥'.repeat(29)))).toBe('file-name-bytes')
})

test('escaping without regard to length is undone', () => {
  fc.assert(
    fc.property(segments, (segment) => {
      expect(unescapeSegment(escapeSegment(segment))).toBe(segment)
    })
  )
})

describe('the kept characters', () => {
  const kept = charactersOf(KEPT_CHARACTERS)

  test('are canonical, and no two are the same to a file system that ignores case', () => {
    expect(kept.filter((character) => character.normalize('NFC') !== character)).toEqual([])
    expect(new Set(kept.map(foldCase)).size).toBe(kept.length)
  })

  test('have no capitals among them, and no capital that becomes one is taken twice', () => {
    expect(kept.filter((character) => character.toLowerCase() !== character)).toEqual([])
    const smalls = Array.from(SMALL_LETTERS)
    expect(smalls.map((small) => small.toUpperCase())).toEqual(Array.from(CAPITAL_LETTERS))
  })
})

const fitting = segments.filter((segment) => Buffer.byteLength(escapeSegment(segment)) <= 255)

function assertPortable(name: string): void {
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
  expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}]|[. ]$|^ |^\.{1,2}$/u)
  expect(name.isWellFormed()).toBe(true)
  expect(DEVICES).not.toContain(name.split('.')[0]!.trimEnd().toUpperCase())
}

/** Harsher than any file system: what any of lower case, full upper case and normalization makes equal. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().normalize('NFD')
}

function flipCase(text: string, flips: readonly boolean[]): string {
  const flipped = Array.from(text, (character, index) => {
    if (flips[index % flips.length] !== true) return character
    const other = character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase()
    return other.length === character.length ? other : character
  })
  return flipped.join('').normalize('NFC')
}

function charactersOf(characterClass: string): string[] {
  const pattern = new RegExp(`[${characterClass}]`, 'u')
  return Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code)).filter((text) => pattern.test(text))
}
