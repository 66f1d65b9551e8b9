import type { JsonValue } from '@hcfs/core'
import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { UpdateBytes } from '../../src/document/update-bytes.ts'

type Write =
  | { readonly kind: 'uint'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'value'; readonly value: JsonValue }

const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }).map((value) => value as JsonValue)
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 63, 64, -64, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1)
)
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 100, maxLength: 400 }))

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant('uint'), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('text'), value: text }),
  fc.record({ kind: fc.constant('value'), value: fc.oneof(json, number) })
)

/** The oracle: what Yjs itself writes with. */
function writtenByLib0(writes: readonly Write[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const { kind, value } of writes) {
    if (kind === 'uint') encoding.writeVarUint(encoder, value)
    else if (kind === 'text') encoding.writeVarString(encoder, value)
    else encoding.writeAny(encoder, value as encoding.AnyEncodable)
  }
  return encoding.toUint8Array(encoder)
}

function writtenInto(update: UpdateBytes, writes: readonly Write[]): Uint8Array {
  update.start()
  for (const each of writes) {
    if (each.kind === 'uint') update.uint(each.value)
    else if (each.kind === 'text') update.text(each.value)
    else update.value(each.value)
  }
  return update.copy()
}

describe('the bytes of updates', () => {
  test('are those that lib0 writes, in whatever order and however many', () => {
    const update = new UpdateBytes()
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        expect(writtenInto(update, writes)).toEqual(writtenByLib0(writes))
      })
    )
  })

  test.each([47, 48, 49, 127, 128, 5_000, 300_000])('of a text of %d characters are those of lib0', (length) => {
    const update = new UpdateBytes()
    for (const character of ['a', 'é', '語']) {
      const writes: Write[] = [{ kind: 'text', value: character.repeat(length) }]
      expect(writtenInto(update, writes)).toEqual(writtenByLib0(writes))
    }
  })

  test('that were copied stay as they are while the next update is written', () => {
    const update = new UpdateBytes()
    const first = writtenInto(update, [{ kind: 'text', value: 'first' }])
    writtenInto(update, [{ kind: 'text', value: 'other' }])
    expect(first).toEqual(writtenByLib0([{ kind: 'text', value: 'first' }]))
  })
})
