import type { DraftOperation, JsonValue } from '@hcfs/core'
import { Draft, FORMAT_LIMITS } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Edit } from '../../src/document/edit-transaction.ts'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import { ADA, BOB, DOC, documentOf, edited, nextTime } from './writers.ts'

const { bodyBytesMax, updateDeletesMax, updateSiblingsMax, updateStructsMax, updateValuesMax } = FORMAT_LIMITS
const tooLarge = expect.objectContaining({ code: 'EDIT_TOO_LARGE' })

const numbered = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))

/** Makes an edit and checks that receivers take it. */
function written(document: ContextDocument, ...operations: readonly DraftOperation[]): Edit {
  const [before, base, hlc] = [document.copy(), document.stateVector(), nextTime()]
  const edit = document.edit(operations, { writer: ADA, hlc })
  if (edit === undefined) throw new TypeError('The edit changed nothing')
  const { payload, clients } = edit
  validateUpdate(payload, { docId: DOC, writer: ADA, clients, base, hlc, lookup: before })
  return edit
}

function tried(document: ContextDocument, ...operations: readonly DraftOperation[]): () => void {
  return () => document.edit(operations, { writer: ADA, hlc: nextTime() })
}

const set = (key: string, value: JsonValue): DraftOperation => ({ kind: 'field.set', keys: [key], value })

describe('an edit that no receiver would take', () => {
  test('because it has too many values is refused, and one less is written', () => {
    const document = ContextDocument.empty(DOC)
    expect(tried(document, set('a', numbered(updateStructsMax + 1)))).toThrow(tooLarge)
    expect(document.stateVector().size).toBe(0)
    expect(Y.decodeUpdate(written(document, set('a', numbered(updateStructsMax))).payload).structs).toHaveLength(
      updateStructsMax
    )
  })

  test('because a list is too long is refused', () => {
    const document = ContextDocument.empty(DOC)
    const list = new Array<number>(updateValuesMax - 4).fill(1)
    expect(tried(document, set('a', [...list, 1, 1, 1, 1]))).toThrow(tooLarge)
    expect(tried(document, set('a', list), set('b', 1))).toThrow(tooLarge)
    expect(written(document, set('a', list)).clients).toEqual([{ session: 0, clock: 0, len: 1 }])
  })

  test('because its keys repeat in every leaf is refused', () => {
    const document = ContextDocument.empty(DOC)
    expect(tried(document, set('x'.repeat(100_000), numbered(50)))).toThrow(tooLarge)
    expect(written(document, set('x'.repeat(100_000), numbered(30))).clients).toEqual([
      { session: 0, clock: 0, len: 30 }
    ])
  })

  test('because it deletes text in too many pieces is refused and leaves the document usable', () => {
    const document = documentOfPieces(updateDeletesMax + 1)
    const { content } = document
    expect(tried(document, { kind: 'body.delete', at: 0, length: updateDeletesMax + 1 })).toThrow(tooLarge)
    expect(document.content).toBe(content)
    written(document, { kind: 'body.delete', at: 0, length: updateDeletesMax })
    expect(document.content.body).toBe(`a${'b'.repeat(updateDeletesMax + 1)}`)
  })
})

/** Half of it was written at the start and half at the end, in turns: what stands side by side has no clocks side by side. */
function documentOfPieces(count: number): ContextDocument {
  const doc = new Y.Doc({ guid: DOC })
  const body = doc.getText('body')
  doc.transact(() => {
    for (let index = 0; index < count; index += 1) {
      body.insert(0, 'a')
      body.insert(body.length, 'b')
    }
  })
  return ContextDocument.load(DOC, { encoding: 'v2', bytes: Y.encodeStateAsUpdateV2(doc) })
}

describe('an edit of very many steps', () => {
  test('at one place is one that receivers take', () => {
    const document = ContextDocument.empty(DOC)
    edited(document, ADA, { kind: 'body.insert', at: 0, text: 'start\nend\n' })
    const typing = new Array<DraftOperation>(updateSiblingsMax).fill({ kind: 'body.insert', at: 6, text: 'x' })
    expect(written(document, ...typing).clients).toEqual([{ session: 0, clock: 0, len: updateSiblingsMax }])
    written(document, ...typing, typing[0]!)
  })

  test('is written as the difference it makes', () => {
    const document = ContextDocument.empty(DOC)
    const first = edited(document, ADA, { kind: 'body.insert', at: 0, text: 'start\nend\n' })
    const draft = new Draft(document.content)
    for (let count = 0; count < 5_000; count += 1) draft.body.insert(6, 'x')
    const edit = edited(document, BOB, ...draft.operations)
    expect(edit.clients).toEqual([{ session: 0, clock: 0, len: 5_000 }])
    expect(edit.payload.length).toBeLessThan(5_100)
    expect(documentOf(first, edit).content).toEqual(draft.content)
  })

  test('that insert much and delete it again does not carry it', () => {
    const document = ContextDocument.empty(DOC)
    edited(document, ADA, { kind: 'body.insert', at: 0, text: 'start' })
    const draft = new Draft(document.content)
    for (let count = 0; count < 10; count += 1) {
      draft.body.insert(0, 'x'.repeat(bodyBytesMax / 2))
      draft.body.delete(0, bodyBytesMax / 2)
    }
    expect(document.edit(draft.operations, { writer: ADA, hlc: nextTime() })).toBeUndefined()
  })
})

describe('a context above its limit', () => {
  test('can shrink and be edited elsewhere, and not grow', () => {
    const half = 'x\n'.repeat(bodyBytesMax / 4)
    const [ada, bob] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
    const byAda = edited(ada, ADA, { kind: 'body.insert', at: 0, text: `a${half}` })
    const byBob = edited(bob, BOB, { kind: 'body.insert', at: 0, text: `b${half}` })
    const merged = documentOf(byAda, byBob)
    expect(merged.content.body.length).toBe(bodyBytesMax + 2)
    expect(tried(merged, { kind: 'body.insert', at: 0, text: '!' })).toThrow(
      expect.objectContaining({ code: 'CONTEXT_TOO_LARGE' })
    )
    expect(tried(merged, { kind: 'tag.add', tag: 'large' })).not.toThrow()
    expect(tried(merged, { kind: 'body.delete', at: 0, length: 1 })).not.toThrow()
  })
})
