import type { DraftOperation, JsonObject, JsonValue } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { ContextDocument } from '../../src/document/context-document.ts'
import type { Edit } from '../../src/document/edit-transaction.ts'
import { ADA, BOB, documentOf, edited } from './writers.ts'

const set = (keys: readonly string[], value: JsonValue): DraftOperation => ({ kind: 'field.set', keys, value })
const remove = (...keys: readonly string[]): DraftOperation => ({ kind: 'field.remove', keys })

/** Two writers edit the same start at once, ada first; what comes out must not depend on who receives whom. */
function merged(start: JsonObject, byAda: DraftOperation, byBob: DraftOperation): ContextDocument {
  const first = edited(documentOf(), ADA, ...Object.entries(start).map(([key, value]) => set([key], value)))
  const edits: Edit[] = [first, edited(documentOf(first), ADA, byAda), edited(documentOf(first), BOB, byBob)]
  const document = documentOf(...edits)
  expect(documentOf(first, edits[2]!, edits[1]!).content).toEqual(document.content)
  return document
}

describe('of two concurrent writes of fields', () => {
  test.each<[string, JsonObject, DraftOperation, DraftOperation, JsonObject]>([
    ['to one key the later wins', { a: 1 }, set(['a'], 2), set(['a'], 3), { a: 3 }],
    [
      'to two keys of one object both stay',
      { a: { x: 1, y: 1 } },
      set(['a', 'x'], 2),
      set(['a', 'y'], 2),
      { a: { x: 2, y: 2 } }
    ],
    [
      'that create one object both stay',
      { z: 1 },
      set(['a'], { x: 1 }),
      set(['a'], { y: 1 }),
      { a: { x: 1, y: 1 }, z: 1 }
    ],
    ['the later removal wins over a value', { a: 1 }, set(['a'], 2), remove('a'), {}],
    ['the later value wins over a removal', { a: 1 }, remove('a'), set(['a'], 2), { a: 2 }],
    ['the later removal of an object hides what was set in it', { a: { x: 1 } }, set(['a', 'y'], 2), remove('a'), {}],
    [
      'what is set later in an object survives its removal',
      { a: { x: 1 } },
      remove('a'),
      set(['a', 'y'], 2),
      { a: { y: 2 } }
    ],
    ['a value set later above wins', { a: { x: 1 } }, set(['a', 'x'], 2), set(['a'], 5), { a: 5 }],
    ['a value set later below wins', { a: { x: 1 } }, set(['a'], 5), set(['a', 'x'], 2), { a: { x: 2 } }],
    ['to one list the later wins whole', { a: [1] }, set(['a'], [1, 2]), set(['a'], [3]), { a: [3] }]
  ])('%s', (_what, start, byAda, byBob, expected) => {
    expect(merged(start, byAda, byBob).content.fields).toEqual(expected)
  })
})

describe('a value that lost', () => {
  test('does not come back when the value it lost against is replaced', () => {
    const document = merged({ z: 1 }, set(['a', 'x'], 'lost'), set(['a'], 5))
    edited(document, ADA, set(['a', 'y'], 'new'))
    expect(document.content.fields).toEqual({ a: { y: 'new' }, z: 1 })
    expect(document.copy().content.fields).toEqual({ a: { y: 'new' }, z: 1 })
  })

  test('does not come back when the value it lost against is removed', () => {
    const document = merged({ z: 1 }, set(['a'], 'lost'), set(['a', 'x'], 5))
    edited(document, ADA, remove('a', 'x'))
    expect(document.copy().content.fields).toEqual({ z: 1 })
  })
})

describe('a write', () => {
  test('deletes the registers it has seen, those of others too, so that they do not pile up', () => {
    const document = merged({ a: 1 }, set(['a'], 2), set(['a'], 3))
    edited(document, ADA, set(['a'], 4))
    const bytesBefore = document.encodeState().bytes.length
    for (let count = 0; count < 100; count += 1) edited(document, count % 2 === 0 ? ADA : BOB, set(['a'], count))
    expect(document.encodeState().bytes.length).toBeLessThan(bytesBefore + 100)
  })

  test('of meta follows the same rules in a root of its own', () => {
    const document = documentOf()
    edited(document, ADA, { kind: 'meta.set', keys: ['title'], value: 'T' }, set(['title'], 'F'))
    edited(document, BOB, { kind: 'meta.remove', keys: ['title'] })
    expect(document.content).toMatchObject({ meta: {}, fields: { title: 'F' } })
  })
})

describe('a tag', () => {
  const add: DraftOperation = { kind: 'tag.add', tag: 'x' }
  const drop: DraftOperation = { kind: 'tag.remove', tag: 'x' }

  test('that is added survives a concurrent removal, also if it was there before', () => {
    const first = edited(documentOf(), ADA, add)
    const again = edited(documentOf(first), ADA, add)
    const removal = edited(documentOf(first), BOB, drop)
    expect(documentOf(first, again, removal).content.tags).toEqual(['x'])
    expect(documentOf(first, removal, again).content.tags).toEqual(['x'])
  })

  test('that several writers added is gone when one of them removes it', () => {
    const document = documentOf()
    edited(document, ADA, add)
    edited(document, BOB, add)
    expect(document.content.tags).toEqual(['x'])
    edited(document, ADA, drop)
    expect(document.content.tags).toEqual([])
  })
})
