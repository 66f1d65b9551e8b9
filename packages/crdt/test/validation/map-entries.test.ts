import type { HybridTime } from '@hcfs/core'
import { HcfsError, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import type { MapRoot } from '../../src/document/map-entry.ts'
import { readMapEntry } from '../../src/document/map-entry.ts'
import { ownedKey } from '../../src/document/owned-key.ts'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import { entry } from './attacks/attack.ts'
import { contextOf } from './attacks/attacks.ts'
import { adasContext, keyFor, MALLORY, NOW } from './scene.ts'
import { bytesOf, holding } from './write-update.ts'

const root = fc.constantFrom<MapRoot>('fields', 'meta', 'tags', 'links')

const name = fc.oneof(
  fc.constantFrom(
    '/a',
    '/a/b',
    '',
    'a',
    '/~0',
    '/~2',
    '/~',
    '/',
    '//',
    '/a\u0000b',
    'red',
    'see\u0000/a',
    'see\u0000/a/',
    '\u0000/a'
  ),
  fc.array(fc.constantFrom('/', 'a', '~', '~0', '~1', '\u0000', 'é'), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.integer({ min: 14, max: 18 }).map((depth) => '/k'.repeat(depth))
)

/** What lib0 can write, and JSON mostly is. */
const member: fc.Arbitrary<encoding.AnyEncodable> = fc.letrec<{ value: encoding.AnyEncodable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<encoding.AnyEncodable>(
      null,
      true,
      false,
      0,
      -0,
      1.5,
      0.1,
      2 ** 40,
      -7,
      Number.NaN,
      Infinity,
      'text',
      undefined,
      1n
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '', 'n\u0000l'), tie('value'), { maxKeys: 2, noNullPrototype: true })
  )
})).value

const time = fc.constantFrom<encoding.AnyEncodable>(0, 1, NOW, -1, 1.5, 'now', null, 2 ** 53)

const value: fc.Arbitrary<encoding.AnyEncodable> = fc.oneof(
  fc.constantFrom<encoding.AnyEncodable>(true, false, null, []),
  time.map((time) => [time]),
  { weight: 4, arbitrary: fc.tuple(fc.constant(NOW), member) },
  fc.tuple(time, member),
  fc.tuple(fc.constant(NOW), member, member)
)

/*
 * Goal: validation lets a map entry pass if and only if the document can read it.
 * Method: entries of any name and value; what the scanner passes over without
 * building it is built, and given to the reader of documents.
 */
test('a map entry passes if and only if the document can read it', () => {
  const seen = { passed: 0, refused: 0 }
  fc.assert(
    fc.property(root, name, value, (root, name, value) => {
      const key = keyFor(name, MALLORY)
      const stored: unknown = decoding.readAny(
        decoding.createDecoder(bytesOf((encoder) => encoding.writeAny(encoder, value)))
      )
      const isReadable = readMapEntry(root, key, stored) !== undefined
      seen[isReadable ? 'passed' : 'refused'] += 1
      expect(codeOf(() => validated(root, key, value))).toBe(isReadable ? 'passed' : 'UPDATE_VALUE_INVALID')
    }),
    { numRuns: 2_000 }
  )
  // Some 130 of them pass, give or take 11: a guard against a generator that misses one side, not against chance.
  expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(40)
})

test('bytes are no value', () => {
  expect(codeOf(() => validated('fields', keyFor('/a', MALLORY), [NOW, new Uint8Array(1)]))).toBe(
    'UPDATE_VALUE_INVALID'
  )
  expect(codeOf(() => validated('fields', keyFor('/a', MALLORY), [NOW, [new Uint8Array(1)]]))).toBe(
    'UPDATE_VALUE_INVALID'
  )
})

describe('a value of meta', () => {
  test.each([
    ['a text', 'x'.repeat(4_093), 'x'.repeat(4_094)],
    ['a list of small numbers', new Array<number>(4_093).fill(7), new Array<number>(4_094).fill(7)],
    ['far too much', '', 'x'.repeat(2 ** 20)]
  ])('is refused above 4 KiB: %s', (_what, small, large) => {
    expect(codeOf(() => validated('meta', keyFor('/title', MALLORY), [NOW, small]))).toBe('passed')
    expect(codeOf(() => validated('meta', keyFor('/title', MALLORY), [NOW, large]))).toBe('UPDATE_VALUE_INVALID')
  })
})

describe('the key of a map entry', () => {
  test.each([
    ['nobody', '/a'],
    ['another session', ownedKey('/a', { tag: tagOf(keyFor('', MALLORY)), session: 1 })],
    ['session 0, spelled out', `${keyFor('/a', MALLORY)}.0`]
  ])('is refused when it belongs to %s', (_owner, key) => {
    expect(codeOf(() => validated('fields', key, [NOW, 1]))).toBe('UPDATE_KEY_FOREIGN')
  })

  test('counts for a deleted entry as well', () => {
    const deleted = (key: string, root: MapRoot) => codeOf(() => validate(entry(holding.deleted(1), key, root)))
    expect(deleted(keyFor('/a', MALLORY), 'fields')).toBe('passed')
    expect(deleted(keyFor('red', MALLORY), 'tags')).toBe('passed')
    expect(deleted(keyFor('/~', MALLORY), 'meta')).toBe('UPDATE_VALUE_INVALID')
    expect(deleted(keyFor('', MALLORY), 'tags')).toBe('UPDATE_VALUE_INVALID')
    expect(deleted('/a', 'fields')).toBe('UPDATE_KEY_FOREIGN')
  })
})

test('a register may be as late as its commit, and no later', () => {
  const dated = (hlc: HybridTime) => codeOf(() => validate(entry(holding.values([NOW]), keyFor('/a', MALLORY)), hlc))
  expect(dated(NOW)).toBe('passed')
  expect(dated(hybridTime(NOW - 1))).toBe('UPDATE_TIME_AHEAD')
})

function validated(root: MapRoot, key: string, value: encoding.AnyEncodable): void {
  validate(entry(holding.values(value), key, root))
}

function validate(payload: Uint8Array, hlc = NOW): void {
  validateUpdate(payload, { ...contextOf({ length: 1 }, adasContext()), hlc })
}

function codeOf(work: () => void): string {
  try {
    work()
    return 'passed'
  } catch (error) {
    if (error instanceof HcfsError) return error.code
    throw error
  }
}

function tagOf(key: string): string {
  return key.slice(1)
}
