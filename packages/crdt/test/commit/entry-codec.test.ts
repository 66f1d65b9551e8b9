import type { CborValue } from '@hcfs/core'
import { commitId, decodeCbor, encodeCbor, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntry, encodeEntry } from '../../src/commit/entry-codec.ts'
import { arbitraryCommit } from './arbitrary-commits.ts'
import { damagedBytes, refusalOf } from './damaged-bytes.ts'
import { commitNamed, hashOf, payloadNamed, sampleEntry } from './sample-commits.ts'

const PATH = 0
const KIND = 1
const DEPS = 3
const CLIENTS = 4
const ABOUT = 5
const PAYLOAD_HASH = 6
const PAYLOAD_BYTES = 7
const BY = 8
const NOTE = 9
const UPDATE = sampleEntry({ deps: [commitNamed('dep')] })
const DELETE = {
  path: UPDATE.path,
  grant: UPDATE.grant,
  deps: UPDATE.deps,
  kind: 'delete',
  clients: [],
  payloadBytes: 0
} as const

const id = (value: number): Uint8Array => new Uint8Array(32).fill(value)

/** The entry's array with one value replaced, decoded. */
function decodeWith(index: number, value: unknown, base = UPDATE): unknown {
  const values = decodeCbor(encodeEntry(base)) as readonly CborValue[]
  return decodeEntry(encodeCbor(values.with(index, value as CborValue)))
}

describe('is refused as malformed', () => {
  test.each([
    ['a path that is not one', PATH, 'team'],
    ['a path with a slash at its end', PATH, '/team/'],
    ['a path not in NFC', PATH, '/e\u0301'],
    ['a path that is not text', PATH, id(1)],
    ['a kind that this format does not know', KIND, 4],
    ['a kind that is not whole', KIND, 0.5],
    ['a negative kind', KIND, -1],
    ['a kind as text', KIND, 'update'],
    ['a grant that is too short', 2, id(1).subarray(1)],
    ['no grant', 2, null],
    ['deps that are no array', DEPS, null],
    ['deps that are no ids', DEPS, ['x']],
    ['a dep that is too long', DEPS, [new Uint8Array(33)]],
    ['deps out of order', DEPS, [id(2), id(1)]],
    ['a dep twice', DEPS, [id(1), id(1)]],
    ['clients that are no array', CLIENTS, null],
    ['a client range of two values', CLIENTS, [[0, 0]]],
    ['a session above uint16', CLIENTS, [[65_536, 0, 1]]],
    [
      'sessions out of order',
      CLIENTS,
      [
        [1, 0, 1],
        [0, 0, 1]
      ]
    ],
    [
      'a session twice',
      CLIENTS,
      [
        [1, 0, 1],
        [1, 1, 1]
      ]
    ],
    [
      'the first body after a session',
      CLIENTS,
      [
        [0, 0, 1],
        [null, 0, 1]
      ]
    ],
    ['a first body that does not begin at 0', CLIENTS, [[null, 1, 1]]],
    ['a range of nothing', CLIENTS, [[0, 5, 0]]],
    ['a range that ends above 2^53 - 1', CLIENTS, [[0, 2 ** 53 - 1, 1]]],
    ['about that is no hash', ABOUT, id(1).subarray(1)],
    ['an update without payload', PAYLOAD_HASH, null],
    ['an empty payload', PAYLOAD_BYTES, 0],
    ['by that says nothing', BY, [null, null, null]],
    ['by of two values', BY, ['agent', null]],
    ['an agent without a name', BY, ['', null, null]],
    ['an origin that this format does not know', BY, [null, null, 4]],
    ['an empty note', NOTE, ''],
    ['a note that is not text', NOTE, 1]
  ])('%s', (_, index, value) => {
    expect(refusalOf(() => decodeWith(index, value))).toBe('COMMIT_MALFORMED')
  })

  test.each([
    ['a delete with a payload', { ...DELETE, payloadHash: payloadNamed('payload') }],
    ['a delete with a payload length', { ...DELETE, payloadBytes: 1 }],
    ['a delete with clients', { ...DELETE, clients: UPDATE.clients }],
    ['a delete of nothing', { ...DELETE, deps: [] }],
    ['an undelete of nothing', { ...DELETE, kind: 'undelete' as const, deps: [] }],
    ['an expiry that does not name the value', { ...DELETE, kind: 'expire' as const }]
  ])('%s, before it is encoded', (_, entry) => {
    expect(refusalOf(() => encodeEntry(entry))).toBe('COMMIT_MALFORMED')
  })

  test('an array with a value too many or too few', () => {
    const values = decodeCbor(encodeEntry(UPDATE)) as readonly CborValue[]
    expect(refusalOf(() => decodeEntry(encodeCbor([...values, null])))).toBe('COMMIT_MALFORMED')
    expect(refusalOf(() => decodeEntry(encodeCbor(values.slice(0, -1))))).toBe('COMMIT_MALFORMED')
  })

  test('arrays in arrays, however deep', () => {
    expect(refusalOf(() => decodeEntry(new Uint8Array(16_384).fill(0x81)))).toBe('COMMIT_MALFORMED')
  })
})

describe('at a limit of the format', () => {
  const deps = (count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, index) => Uint8Array.from([...id(0).subarray(2), index >> 8, index & 255]))
  const sessions = (count: number): number[][] => Array.from({ length: count }, (_, index) => [index, 0, 1])

  test.each([
    ['deps', DEPS, deps(256), deps(257)],
    ['clients', CLIENTS, sessions(64), sessions(65)],
    [
      'the length of all clients',
      CLIENTS,
      [
        [0, 0, 2 ** 20],
        [1, 0, 2 ** 20]
      ],
      [
        [0, 0, 2 ** 20],
        [1, 0, 2 ** 20 + 1]
      ]
    ],
    ['payload bytes', PAYLOAD_BYTES, 4_194_304, 4_194_305],
    ['the name of an agent in bytes', BY, ['é'.repeat(64), null, null], [`${'é'.repeat(64)}a`, null, null]],
    ['the name of a run in bytes', BY, [null, 'a'.repeat(256), null], [null, 'a'.repeat(257), null]],
    ['a note in bytes', NOTE, '𝄞'.repeat(256), `${'𝄞'.repeat(256)}a`]
  ])('%s: the last value passes, the next is too large', (_, index, last, next) => {
    expect(() => decodeWith(index, last)).not.toThrow()
    expect(refusalOf(() => decodeWith(index, next))).toBe('COMMIT_TOO_LARGE')
  })

  test('an entry that is too long as a whole is refused before it is read', () => {
    expect(refusalOf(() => decodeEntry(new Uint8Array(16_385)))).toBe('COMMIT_TOO_LARGE')
  })

  test('an entry with every value at its limit is short enough', () => {
    const entry = sampleEntry({
      path: parsePath(`/${'a'.repeat(255)}`.repeat(4)),
      deps: deps(256).map((bytes) => commitId(bytes)),
      clients: sessions(64).map(([session]) => ({
        session: 65_472 + session!,
        clock: 2 ** 53 - 2 ** 16,
        len: 2 ** 15
      })),
      about: hashOf('about'),
      payloadBytes: 4_194_304,
      by: { agent: 'a'.repeat(128), run: 'a'.repeat(256), origin: 'user' },
      note: 'a'.repeat(1_024)
    })
    expect(decodeEntry(encodeEntry(entry))).toStrictEqual(entry)
  })
})

test('whatever is decoded encodes to the bytes it came from', () => {
  const bytes = damagedBytes(arbitraryCommit.map(({ entryBytes }) => entryBytes.at(-1)!))
  let accepted = 0
  fc.assert(
    fc.property(bytes, (input) => {
      if (refusalOf(() => decodeEntry(input)) !== undefined) return
      accepted += 1
      expect(encodeEntry(decodeEntry(input))).toEqual(input)
    }),
    { numRuns: 2_000 }
  )
  expect(accepted).toBeGreaterThan(0)
})

test('every combination of optional values has an encoding of its own', () => {
  const about = hashOf('about')
  const entries = [
    sampleEntry(),
    sampleEntry({ about }),
    sampleEntry({ note: 'a' }),
    sampleEntry({ by: { agent: 'a' } }),
    sampleEntry({ by: { run: 'a' } }),
    sampleEntry({ by: { origin: 'user' } }),
    sampleEntry({ by: { origin: 'import' } }),
    sampleEntry({ clients: [{ session: 'text', clock: 0, len: 12 }] }),
    sampleEntry({ path: parsePath('/team/a') })
  ]
  const encodings = entries.map((entry) => Buffer.from(encodeEntry(entry)).toString('hex'))
  expect(new Set(encodings).size).toBe(entries.length)
  expect(encodings.map((hex) => decodeEntry(Buffer.from(hex, 'hex')))).toStrictEqual(entries)
})
