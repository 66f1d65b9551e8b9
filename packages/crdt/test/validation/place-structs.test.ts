import { describe, expect, test } from 'vitest'
import type { StructPlace } from '../../src/document/struct-lookup.ts'
import { placeStructs } from '../../src/validation/place-structs.ts'
import { scanUpdate } from '../../src/validation/scan-update.ts'
import type { Id, WrittenStruct } from './write-update.ts'
import { holding, writeUpdate } from './write-update.ts'

const [HIGH, LOW, KNOWN] = [30, 20, 10]
const NOTHING = new Map<number, number>()

function struct(origin?: Id, right?: Id): WrittenStruct {
  return { content: holding.text('x'), ...(origin && { origin }), ...(right && { right }) }
}

/** What two sessions write; the order in the bytes is by falling client id. */
function place(high: readonly WrittenStruct[], low: readonly WrittenStruct[], known: readonly StructPlace[] = []) {
  const sections = [
    { id: [HIGH, 0] as const, structs: high },
    { id: [LOW, 0] as const, structs: low }
  ].filter(({ structs }) => structs.length > 0)
  const base = known.length === 0 ? NOTHING : new Map([[KNOWN, known.length]])
  const lookup = { find: (client: number, clock: number) => (client === KNOWN ? known[clock] : undefined) }
  const placed = placeStructs(scanUpdate(writeUpdate({ sections })), { base, lookup })
  return placed.map(({ struct: { client, clock }, place: { root } }) => `${client}:${clock} in ${root}`)
}

describe('structs are placed in an order in which each comes after what it names', () => {
  test('as in the bytes, where nothing speaks against it', () => {
    expect(place([struct(), struct([HIGH, 0])], [struct()])).toEqual(['30:0 in body', '30:1 in body', '20:0 in body'])
  })

  test('another section first, as far as it is needed', () => {
    const order = place([struct([LOW, 0]), struct([LOW, 1])], [struct(), struct([LOW, 0]), struct([LOW, 1])])
    expect(order).toEqual(['20:0 in body', '30:0 in body', '20:1 in body', '30:1 in body', '20:2 in body'])
  })

  test('to and fro', () => {
    const order = place([struct([LOW, 0]), struct(undefined, [LOW, 1])], [struct(), struct([HIGH, 0])])
    expect(order).toEqual(['20:0 in body', '30:0 in body', '20:1 in body', '30:1 in body'])
  })
})

describe('a struct cannot name', () => {
  const unknown = expect.objectContaining({ code: 'UPDATE_REFERENCE_UNKNOWN' })

  test.each<[string, WrittenStruct[], WrittenStruct[]]>([
    ['itself', [struct([HIGH, 0])], []],
    ['a later one of its client', [struct([HIGH, 1]), struct()], []],
    ['one behind the last of another client', [struct([LOW, 1])], [struct()]],
    ['one of a client that nobody knows', [struct([5, 0])], []],
    ['the next one of a client that is known', [struct(undefined, [KNOWN, 1])], []],
    ['one that waits for it', [struct([LOW, 0])], [struct([HIGH, 0])]],
    ['one that waits for one that waits for it', [struct(), struct([LOW, 1])], [struct([HIGH, 0]), struct([HIGH, 1])]]
  ])('%s', (_what, high, low) => {
    expect(() => place(high, low, [{ root: 'body', key: undefined }])).toThrow(unknown)
  })

  test('one whose place the document does not know', () => {
    const lookup = { find: () => undefined }
    const update = scanUpdate(writeUpdate({ sections: [{ id: [HIGH, 0], structs: [struct([KNOWN, 0])] }] }))
    expect(() => placeStructs(update, { base: new Map([[KNOWN, 1]]), lookup })).toThrow(unknown)
  })
})

describe('a struct has the place of its neighbours', () => {
  const known: StructPlace[] = [
    { root: 'body', key: undefined },
    { root: 'fields', key: 'a' },
    { root: 'fields', key: 'b' },
    { root: 'meta', key: 'a' }
  ]

  test.each([
    ['of the left one', struct([KNOWN, 1]), 'fields'],
    ['of the right one', struct(undefined, [KNOWN, 3]), 'meta'],
    ['of both', struct([KNOWN, 1], [KNOWN, 1]), 'fields']
  ])('%s', (_which, struct, root) => {
    expect(place([struct], [], known)).toEqual([`30:0 in ${root}`])
  })

  test.each([
    ['two roots', 0, 1],
    ['two keys of a root', 1, 2],
    ['two roots that have the same key', 1, 3]
  ])('so it cannot stand between %s', (_what, left, right) => {
    expect(() => place([struct([KNOWN, left], [KNOWN, right])], [], known)).toThrow(
      expect.objectContaining({ code: 'UPDATE_PARENT_INVALID' })
    )
  })
})
