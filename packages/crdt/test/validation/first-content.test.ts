import type { DraftOperation } from '@hcfs/core'
import { EMPTY_CONTENT, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { jsonObject, link, tag, text } from '../../../../test/support/content-arbitraries.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import { clientIdOf } from '../../src/document/ids.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import { firstContent } from '../../src/validation/first-content.ts'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import { ADA, DOC, NOW } from './scene.ts'

const HLC = hybridTime(NOW)
const META = fc.record({ title: text, kind: text }, { requiredKeys: [] })

const put = fc.record(
  { body: text, fields: jsonObject, tags: fc.array(tag), links: fc.array(link), meta: META },
  { requiredKeys: [] }
)

interface Written {
  readonly there: ContextDocument
  readonly payload: Uint8Array
  readonly context: Parameters<typeof applyValidated>[2]
}

function written(operations: readonly DraftOperation[], session = 0): Written | undefined {
  const there = ContextDocument.empty(DOC)
  const edit = there.edit(operations, { writer: ADA, hlc: HLC, session })
  return (
    edit && {
      there,
      payload: edit.payload,
      context: { writer: ADA, clients: edit.clients, base: new Map(), hlc: HLC }
    }
  )
}

function contentOf({ payload, context }: Written) {
  const lookup = { find: () => undefined }
  return firstContent(payload, validateUpdate(payload, { ...context, docId: DOC, lookup }))
}

/** The oracle: Yjs applies the bytes, and the roots are read. */
function readByYjs({ payload }: Written): ContextDocument {
  return ContextDocument.load(DOC, { encoding: 'v1', bytes: payload })
}

const set = (keys: string[], value: number): DraftOperation => ({ kind: 'field.set', keys, value })

describe('the content of a first update', () => {
  test('of any put is what Yjs makes of it, and so is the document later on', () => {
    fc.assert(
      fc.property(put, fc.constantFrom(0, 7), (parts, session) => {
        const sent = written(operationsForPut(EMPTY_CONTENT, parts, { replace: true }), session)
        fc.pre(sent !== undefined)
        const here = ContextDocument.empty(DOC)
        applyValidated(here, sent.payload, sent.context)

        expect(contentOf(sent)).toEqual(readByYjs(sent).content)
        expect(here.content).toEqual(sent.there.content)
        expect(Object.isFrozen(here.content)).toBe(true)
        // Which builds it.
        expect(here.encodeState()).toEqual(readByYjs(sent).encodeState())
        expect(here.content).toEqual(readByYjs(sent).content)
      })
    )
  })

  test.each<[string, DraftOperation[]]>([
    ['a field that is written twice', [set(['a'], 1), set(['a'], 2)]],
    ['a field below another one', [set(['a'], 1), set(['a', 'b'], 2)]],
    ['text around other text', [insert(0, 'ac'), insert(1, 'b')]],
    ['text that is deleted again', [insert(0, 'abc'), { kind: 'body.delete', at: 1, length: 1 }]]
  ])('with %s is what Yjs makes of it, whoever reads it', (_what, operations) => {
    const sent = written(operations)!
    const here = ContextDocument.empty(DOC)
    applyValidated(here, sent.payload, sent.context)

    expect(contentOf(sent) ?? readByYjs(sent).content).toEqual(readByYjs(sent).content)
    expect(here.content).toEqual(readByYjs(sent).content)
  })

  test.each<[string, (doc: Y.Doc) => void]>([
    ['takes back its own text', (doc) => doc.getText('body').delete(1, 1)],
    ['takes back all of its text', (doc) => doc.getText('body').delete(0, 3)],
    ['has written beside its own text', (doc) => doc.getText('body').insert(3, 'd')]
  ])('that %s is left to Yjs, or read as Yjs does', (_what, change) => {
    const doc = new Y.Doc({ guid: DOC, gc: false })
    doc.clientID = clientIdOf({ ...ADA, docId: DOC, session: 0 })
    doc.getText('body').insert(0, 'abc')
    change(doc)
    const payload = Y.encodeStateAsUpdate(doc)
    const len = Y.getState(doc.store, doc.clientID)
    const context = { writer: ADA, clients: [{ session: 0, clock: 0, len }], base: new Map(), hlc: HLC }
    const here = ContextDocument.empty(DOC)
    applyValidated(here, payload, context)

    expect(here.content.body).toBe(doc.getText('body').toString())
    expect(here.encodeState()).toEqual(ContextDocument.load(DOC, { encoding: 'v1', bytes: payload }).encodeState())
  })

  test('goes on with what follows it', () => {
    const sent = written([insert(0, 'one'), set(['a'], 1)])!
    const here = ContextDocument.empty(DOC)
    applyValidated(here, sent.payload, sent.context)
    const base = sent.there.stateVector()
    const hlc = hybridTime(NOW + 1)
    const edit = sent.there.edit([insert(3, ' two'), set(['a'], 2)], { writer: ADA, hlc })!
    applyValidated(here, edit.payload, { writer: ADA, clients: edit.clients, base, hlc })

    expect(here.content).toEqual(sent.there.content)
    expect(here.encodeState()).toEqual(sent.there.encodeState())
  })
})

function insert(at: number, inserted: string): DraftOperation {
  return { kind: 'body.insert', at, text: inserted }
}
