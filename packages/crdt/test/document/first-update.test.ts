import type { DraftOperation } from '@hcfs/core'
import { ContentEditor, EMPTY_CONTENT, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { jsonObject, link, tag, text } from '../../../../test/support/content-arbitraries.ts'
import { bodyEdits } from '../../src/document/body-edits.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import { DocumentRoots } from '../../src/document/document-roots.ts'
import type { EditPlan } from '../../src/document/edit-transaction.ts'
import { transactEdit } from '../../src/document/edit-transaction.ts'
import { firstUpdate } from '../../src/document/first-update.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { ADA, DOC } from './writers.ts'

const META = fc.record({ title: text, kind: text }, { requiredKeys: [] })

const parts = fc.record(
  { body: text, fields: jsonObject, tags: fc.array(tag), links: fc.array(link), meta: META },
  { requiredKeys: [] }
)

const origin = fc.record({
  writer: fc.constant(ADA),
  session: fc.constantFrom(0, 1, 0xffff),
  hlc: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(hybridTime)
})

function planOf(operations: readonly DraftOperation[]): EditPlan {
  const editor = new ContentEditor(EMPTY_CONTENT)
  for (const operation of operations) editor.apply(operation)
  const { steps } = editor
  const after = editor.content()
  return { steps, after, texts: bodyEdits(steps.body, '', after.body) }
}

/** The oracle: the same edit made by Yjs. */
function writtenByYjs(edit: Pick<Parameters<typeof transactEdit>[1], 'plan' | 'origin'>) {
  const doc = new Y.Doc({ guid: DOC })
  return transactEdit(doc, { ...edit, docId: DOC, roots: new DocumentRoots(doc) })
}

describe('a first update', () => {
  test('of any put is what Yjs writes, byte for byte', () => {
    fc.assert(
      fc.property(parts, origin, (put, who) => {
        const edit = { plan: planOf(operationsForPut(EMPTY_CONTENT, put, { replace: true })), origin: who }

        expect(firstUpdate({ ...edit, docId: DOC })).toEqual(writtenByYjs(edit))
      })
    )
  })

  test('of a long body and many fields is what Yjs writes, too', () => {
    const fields = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key ${index}`, index]))
    const plan = planOf(operationsForPut(EMPTY_CONTENT, { body: 'é😀 '.repeat(20_000), fields }))
    const edit = { plan, origin: { writer: ADA, session: 0, hlc: hybridTime(1) } }

    expect(firstUpdate({ ...edit, docId: DOC })).toEqual(writtenByYjs(edit))
  })

  test('below members that are apart is what Yjs writes, too', () => {
    const plan = planOf([{ kind: 'field.set', keys: ['a', 'b'], value: { c: 1, d: [] } }, set('c', 2)])
    const edit = { plan, origin: { writer: ADA, session: 0, hlc: hybridTime(1) } }

    expect(firstUpdate({ ...edit, docId: DOC })?.clients).toEqual([{ session: 0, clock: 0, len: 3 }])
    expect(firstUpdate({ ...edit, docId: DOC })).toEqual(writtenByYjs(edit))
  })

  test.each<[string, DraftOperation[]]>([
    ['nothing at all', []],
    ['a field that is written twice', [set('a', 1), set('a', 2)]],
    ['a field below another one', [set('a', 1), { kind: 'field.set', keys: ['a', 'b'], value: 2 }]],
    ['a field that is removed again', [set('a', 1), { kind: 'field.remove', keys: ['a'] }]],
    ['a tag that is added twice', [addRed(), addRed()]],
    ['a tag that is removed again', [addRed(), { kind: 'tag.remove', tag: 'red' }]],
    [
      'a body that is deleted again',
      [set('a', 1), { kind: 'body.insert', at: 0, text: 'a' }, { kind: 'body.delete', at: 0, length: 1 }]
    ]
  ])('is left to Yjs for %s', (_, operations) => {
    const edit = { plan: planOf(operations), origin: { writer: ADA, session: 0, hlc: hybridTime(1) } }

    expect(firstUpdate({ ...edit, docId: DOC })).toBeUndefined()
  })
})

/*
 * Goal: a document whose first edit Yjs did not write goes on as if it had.
 * Method: make a second edit in it, and in a document loaded from the bytes
 * that Yjs wrote for the first.
 */
test('a document goes on after its first edit as one that Yjs had written', () => {
  fc.assert(
    fc.property(parts, parts, (first, second) => {
      const start = { writer: ADA, session: 0, hlc: hybridTime(1) }
      const operations = operationsForPut(EMPTY_CONTENT, first, { replace: true })
      const document = ContextDocument.empty(DOC)
      document.edit(operations, start)
      const eager = ContextDocument.empty(DOC)
      const byYjs = writtenByYjs({ plan: planOf(operations), origin: start })
      if (byYjs !== undefined) eager.apply(byYjs.payload)
      expect(document.content).toEqual(eager.content)

      const next = operationsForPut(document.content, second)
      const later = { writer: ADA, hlc: hybridTime(2) }

      expect(document.edit(next, later)).toEqual(eager.edit(next, later))
      expect(document.content).toEqual(eager.content)
      expect(document.encodeState('v1')).toEqual(eager.encodeState('v1'))
      expect(document.stateVector()).toEqual(eager.stateVector())
    })
  )
})

function set(key: string, value: number): DraftOperation {
  return { kind: 'field.set', keys: [key], value }
}

function addRed(): DraftOperation {
  return { kind: 'tag.add', tag: 'red' }
}
