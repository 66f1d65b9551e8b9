import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'
import { parseCanonicalPath, parsePath, ROOT_PATH } from '../../src/paths/context-path.ts'
import { normalizeNfc } from '../../src/paths/normalize-nfc.ts'
import { paths, tricky } from './path-arbitraries.ts'
import { ruleBroken } from './rule-broken.ts'

describe('a canonical path', () => {
  test.each(['/', '/a', '/a/b', '/.hidden', '/a..b', '/...', '/ ', '/a b/ c ', '/é/日本/🎉'])(
    '%j stays as it is',
    (text) => {
      expect(parsePath(text)).toBe(text)
      expect(parseCanonicalPath(text)).toBe(text)
    }
  )

  test('may be as long as the limits say', () => {
    const segment = 'x'.repeat(255)
    const longest = `/${[segment, segment, segment, 'x'.repeat(254)].join('/')}x`
    const most = '/x'.repeat(32)
    expect([parsePath(`/${segment}`), parsePath(longest), parsePath(most)]).toEqual([`/${segment}`, longest, most])
    expect(longest).toHaveLength(FORMAT_LIMITS.pathBytesMax)
  })

  test('may hold characters that nobody sees or that turn the line around', () => {
    expect(parsePath('/a\u200db\u202ec\u00a0\u2028\ufdd0')).toBe('/a\u200db\u202ec\u00a0\u2028\ufdd0')
  })

  test.each([
    ['ASCII', 'a', 1],
    ['two bytes', 'ж', 2],
    ['three bytes', '語', 3],
    ['four bytes', '🎉', 4]
  ])('counts %s as UTF-8', (_, character, bytes) => {
    const fits = character.repeat(Math.floor(255 / bytes))
    expect(parsePath(`/${fits}`)).toBe(`/${fits}`)
    expect(ruleBroken(() => parsePath(`/${fits}${character}`))).toBe('segment-bytes')
  })
})

describe('a path that breaks a rule', () => {
  test.each([
    ['', 'leading-slash'],
    ['a/b', 'leading-slash'],
    ['é', 'leading-slash'],
    ['/a/', 'trailing-slash'],
    ['/é/', 'trailing-slash'],
    ['//', 'trailing-slash'],
    ['//a', 'empty-segment'],
    ['/a//b', 'empty-segment'],
    ['/.', 'dot-segment'],
    ['/a/..', 'dot-segment'],
    ['/../a', 'dot-segment'],
    ['/a/./b', 'dot-segment'],
    ['/a\u0000', 'control-character'],
    ['/a\nb', 'control-character'],
    ['/\u001f', 'control-character'],
    ['/\u007f', 'control-character'],
    ['/\u0080', 'control-character'],
    ['/\u009f', 'control-character'],
    ['/\ud800', 'lone-surrogate'],
    ['/\udc00\ud800', 'lone-surrogate'],
    [`/${'x'.repeat(256)}`, 'segment-bytes'],
    ['/x'.repeat(33), 'path-segments'],
    [`/${'x'.repeat(200)}`.repeat(6), 'path-bytes'],
    [`/${'語'.repeat(80)}`.repeat(5), 'path-bytes'],
    ['/'.repeat(1_000_000), 'path-bytes']
  ])('%j is refused', (text, rule) => {
    expect(ruleBroken(() => parsePath(text))).toBe(rule)
    expect(ruleBroken(() => parseCanonicalPath(text))).toBe(rule)
  })

  test('is told by the number and the name of the segment', () => {
    expect(() => parsePath('/ok/..')).toThrow('Segment 2 ("..") leads nowhere; write the whole path')
    expect(() => parsePath('/ok/..')).toThrow(expect.objectContaining({ details: { rule: 'dot-segment', segment: 2 } }))
  })

  test('does not bring its control characters into the message', () => {
    expect(() => parsePath('/a\u001b[2J\u202e')).toThrow('"a\\u{1b}[2J\\u{202e}"')
  })
})

describe('a path in another normalization form', () => {
  test('is brought into NFC', () => {
    expect(parsePath('/cafe\u0301/\u212bngstro\u0308m')).toBe('/caf\u00e9/\u00c5ngstr\u00f6m')
  })

  test('is refused where only the canonical one is good', () => {
    expect(ruleBroken(() => parseCanonicalPath('/cafe\u0301'))).toBe('not-canonical')
  })

  test('is measured after it was normalized, whether it shrank or grew', () => {
    // 5 bytes become 3; U+1D15E is 4 bytes and becomes 8.
    expect(parsePath(`/${'a\u0302\u0323'.repeat(85)}`)).toBe(`/${'\u1ead'.repeat(85)}`)
    expect(ruleBroken(() => parsePath(`/${'\u{1d15e}'.repeat(32)}`))).toBe('segment-bytes')
  })

  test('may be half as long again as what it becomes', () => {
    const segment = 'u\u0308\u0304'.repeat(127)
    expect(parsePath(`/${segment}`.repeat(4))).toBe(`/${'\u01d6'.repeat(127)}`.repeat(4))
  })

  test('is the same on every engine: what Unicode 16 composes stays in two', () => {
    expect(parseCanonicalPath('/\u{11382}\u{113c9}')).toBe('/\u{11382}\u{113c9}')
  })

  test('is never so long that it is refused unread although it would fit', () => {
    // NFC of a text is at least as long, in bytes, as half the UTF-16 units of the longest text it can come from.
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code)
      if (2 * Buffer.byteLength(character) < character.normalize('NFD').length) expect.fail(code.toString(16))
    }
  })
})

test('parsing agrees with the rules written down plainly', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.oneof(tricky, fc.constantFrom('/', '.', 'a')), maxLength: 30 }), (end) => {
      const text = `/${end}`
      const isRefused = ruleBroken(() => parsePath(text)) !== undefined
      expect(isRefused).toBe(!isAllowed(text))
      if (!isRefused) expect(parsePath(text)).toBe(normalizeNfc(text))
    }),
    { numRuns: 2_000 }
  )
})

test('what was parsed is canonical', () => {
  fc.assert(
    fc.property(paths, (path) => {
      expect(parsePath(path)).toBe(path)
      expect(parseCanonicalPath(path)).toBe(path)
      expect(path === ROOT_PATH || !path.endsWith('/')).toBe(true)
    })
  )
})

/** Only for text that begins with a slash. */
function isAllowed(text: string): boolean {
  const path = normalizeNfc(text)
  if (path === '/') return true
  const segments = path.slice(1).split('/')
  return (
    text.isWellFormed() &&
    !/\p{Cc}/u.test(path) &&
    Buffer.byteLength(path) <= 1_024 &&
    segments.length <= 32 &&
    segments.every((segment) => !['', '.', '..'].includes(segment) && Buffer.byteLength(segment) <= 255)
  )
}
