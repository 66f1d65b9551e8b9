import { Draft, EMPTY_CONTENT, parsePath } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { ContextDocument } from '../../src/document/context-document.ts'
import { clientIdOf, textClientIdOf, writerTag } from '../../src/document/ids.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { ADA, BOB, DOC, documentOf, edited, nextTime } from './writers.ts'

const PARTS = {
  body: 'one\ntwo\n',
  fields: { status: 'open', crew: { lead: 'ada' } },
  tags: ['a'],
  links: [{ rel: 'see', to: parsePath('/log') }],
  meta: { title: 'T' }
}

/** A document with one context in it, and the edit that made it. */
function written() {
  const document = ContextDocument.empty(DOC)
  const edit = edited(document, ADA, ...operationsForPut(EMPTY_CONTENT, PARTS))
  return { document, edit }
}

describe('a document', () => {
  test('is empty at first', () => {
    expect(ContextDocument.empty(DOC).content).toEqual(EMPTY_CONTENT)
  })

  test('holds what was put, here and where the update arrives', () => {
    const { document, edit } = written()
    expect(document.content).toEqual(PARTS)
    expect(documentOf(edit).content).toEqual(PARTS)
  })

  test('gives frozen content, the same object until something changes', () => {
    const { document } = written()
    const { content } = document
    expect(document.content).toBe(content)
    for (const part of [
      content,
      content.fields,
      content.fields['crew'],
      content.tags,
      content.links,
      content.links[0]
    ]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    edited(document, ADA, { kind: 'tag.add', tag: 'b' })
    expect(document.content).not.toBe(content)
    expect(document.content.fields).toBe(content.fields)
  })

  test.each(['v1', 'v2'] as const)('is the same after being stored as %s and loaded', (encoding) => {
    const { document } = written()
    const loaded = ContextDocument.load(DOC, document.encodeState(encoding))
    expect(loaded.content).toEqual(document.content)
    expect(loaded.stateVector()).toEqual(document.stateVector())
  })

  test('is not changed by what is done to its copy', () => {
    const { document } = written()
    edited(document.copy(), BOB, { kind: 'body.replace', text: 'other' })
    expect(document.content).toEqual(PARTS)
  })

  test('tells the place of every struct, of deleted ones too', () => {
    const { document } = written()
    const client = clientIdOf({ ...ADA, docId: DOC, session: 0 })
    edited(document, BOB, { kind: 'field.remove', keys: ['crew'] }, { kind: 'body.delete', at: 0, length: 4 })
    expect(document.find(textClientIdOf(DOC, PARTS.body), 2)).toEqual({ root: 'body', key: undefined })
    expect(document.find(client, 0)).toEqual({ root: 'fields', key: `/crew/lead\u0000${writerTag(ADA)}` })
    expect(document.find(client, 1)).toEqual({ root: 'fields', key: `/status\u0000${writerTag(ADA)}` })
    expect(document.find(client, 2)?.root).toBe('meta')
  })

  test('knows no place for ids it does not hold', () => {
    const { document } = written()
    const client = clientIdOf({ ...ADA, docId: DOC, session: 0 })
    const clock = document.stateVector().get(client)!
    for (const [each, at] of [
      [client, clock],
      [client, -1],
      [client, 0.5],
      [client + 1, 0]
    ] as const) {
      expect(document.find(each, at)).toBeUndefined()
    }
  })
})

describe('an edit', () => {
  test('writes the first body under the id of its text, and the rest under that of the session', () => {
    const { document, edit } = written()
    expect(edit.clients).toEqual([
      { session: 'text', clock: 0, len: PARTS.body.length },
      { session: 0, clock: 0, len: 5 }
    ])
    expect([...document.stateVector().keys()].sort()).toEqual(
      [textClientIdOf(DOC, PARTS.body), clientIdOf({ ...ADA, docId: DOC, session: 0 })].sort()
    )
  })

  test('writes the first body as one text even if it was typed letter by letter', () => {
    const draft = new Draft(EMPTY_CONTENT)
    for (const letter of 'hello!') draft.body.append(letter)
    draft.body.delete(5, 1)
    const document = ContextDocument.empty(DOC)
    expect(edited(document, ADA, ...draft.operations).clients).toEqual([{ session: 'text', clock: 0, len: 5 }])
    expect(document.content.body).toBe('hello')
  })

  test('writes a later body under its session, also where all earlier text was deleted', () => {
    const { document } = written()
    edited(document, ADA, { kind: 'body.replace', text: '' })
    expect(edited(document, ADA, { kind: 'body.insert', at: 0, text: 'new' }).clients).toEqual([
      { session: 0, clock: 5, len: 3 }
    ])
  })

  test('goes on with the clock of its session', () => {
    const { document } = written()
    expect(edited(document, ADA, { kind: 'tag.add', tag: 'b' }).clients).toEqual([{ session: 0, clock: 5, len: 1 }])
    expect(edited(document, ADA, { kind: 'tag.remove', tag: 'b' }).clients).toEqual([])
  })

  test('makes an update of itself alone', () => {
    const { document } = written()
    const { payload } = edited(document, BOB, { kind: 'field.set', keys: ['status'], value: 'done' })
    const update = Y.decodeUpdate(payload)
    expect(update.structs).toHaveLength(1)
    expect([...update.ds.clients.values()].flat()).toHaveLength(1)
  })

  test.each([
    ['no operations', []],
    ['the insertion of nothing', [{ kind: 'body.insert', at: 0, text: '' }]],
    ['the deletion of nothing', [{ kind: 'body.delete', at: 0, length: 0 }]],
    ['the same body', [{ kind: 'body.replace', text: PARTS.body }]],
    [
      'the removal of what is not there',
      [
        { kind: 'field.remove', keys: ['x'] },
        { kind: 'tag.remove', tag: 'x' },
        { kind: 'link.remove', link: { rel: 'x', to: parsePath('/') } }
      ]
    ]
  ] as const)('with %s changes nothing and has no update', (_what, operations) => {
    const { document } = written()
    expect(document.edit(operations, { writer: ADA, hlc: nextTime() })).toBeUndefined()
  })

  test('that is refused anywhere has changed nothing', () => {
    const { document } = written()
    const before = { content: document.content, state: document.encodeState() }
    const operations = [
      { kind: 'body.insert', at: 0, text: 'x' },
      { kind: 'tag.add', tag: 'b' },
      { kind: 'body.delete', at: 90, length: 1 }
    ] as const
    expect(() => document.edit(operations, { writer: ADA, hlc: nextTime() })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' })
    )
    expect(document.content).toBe(before.content)
    expect(document.encodeState()).toEqual(before.state)
  })

  test('does not keep the objects of the caller', () => {
    const document = ContextDocument.empty(DOC)
    const list = ['a']
    edited(document, ADA, { kind: 'field.set', keys: ['list'], value: list })
    list.push('b')
    expect(document.content.fields).toEqual({ list: ['a'] })
    expect(document.copy().content.fields).toEqual({ list: ['a'] })
  })

  test('keeps __proto__ as a key like any other, here and where the update arrives', () => {
    const document = ContextDocument.empty(DOC)
    const edit = edited(document, ADA, { kind: 'field.set', keys: ['__proto__', 'polluted'], value: true })
    expect(JSON.stringify(document.content.fields)).toBe('{"__proto__":{"polluted":true}}')
    expect(JSON.stringify(documentOf(edit).content.fields)).toBe('{"__proto__":{"polluted":true}}')
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('has to be later than what it follows', () => {
    const { document } = written()
    const hlc = nextTime()
    document.edit([{ kind: 'field.set', keys: ['a'], value: 1 }], { writer: ADA, hlc })
    expect(() => document.edit([{ kind: 'field.set', keys: ['a'], value: 2 }], { writer: BOB, hlc })).toThrow(TypeError)
    expect(document.content.fields['a']).toBe(1)
  })
})

describe('an update', () => {
  test('that arrives before what it builds upon damages the document, and it says so from then on', () => {
    const { document, edit } = written()
    const later = edited(document, ADA, { kind: 'body.insert', at: 3, text: '!' })
    const other = ContextDocument.empty(DOC)
    expect(() => other.apply(later.payload)).toThrow('before what it builds upon')
    expect(other.hasPending).toBe(true)
    expect(() => other.content).toThrow('damaged by an earlier failure')
    expect(() => other.apply(edit.payload)).toThrow('damaged')
  })

  test('that arrives twice changes nothing the second time', () => {
    const { document, edit } = written()
    document.apply(edit.payload)
    expect(document.content).toEqual(PARTS)
    expect(document.hasPending).toBe(false)
  })

  test('of this very writer is taken like any other', () => {
    const { document, edit } = written()
    const restored = documentOf(edit)
    restored.apply(edited(document, ADA, { kind: 'tag.add', tag: 'b' }).payload)
    expect(edited(restored, ADA, { kind: 'tag.add', tag: 'c' }).clients).toEqual([{ session: 0, clock: 6, len: 1 }])
  })
})

describe('the same first body', () => {
  test('written on two machines does not double', () => {
    const [ada, bob] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
    const byAda = edited(ada, ADA, ...operationsForPut(EMPTY_CONTENT, { body: 'file\n', tags: ['a'] }))
    const byBob = edited(bob, BOB, ...operationsForPut(EMPTY_CONTENT, { body: 'file\n', tags: ['b'] }))
    for (const document of [documentOf(byAda, byBob), documentOf(byBob, byAda)]) {
      expect(document.content).toEqual({ ...EMPTY_CONTENT, body: 'file\n', tags: ['a', 'b'] })
    }
  })

  test('stays one when one of the machines has edited it meanwhile', () => {
    const [ada, bob] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
    const byAda = edited(ada, ADA, { kind: 'body.insert', at: 0, text: 'file\n' })
    const more = edited(ada, ADA, { kind: 'body.insert', at: 0, text: 'My ' })
    const byBob = edited(bob, BOB, { kind: 'body.insert', at: 0, text: 'file\n' })
    expect(documentOf(byAda, more, byBob).content.body).toBe('My file\n')
    expect(documentOf(byBob, byAda, more).content.body).toBe('My file\n')
  })

  test('is another one in another document', () => {
    const other = documentOf()
    const edit = edited(other, ADA, { kind: 'body.insert', at: 0, text: 'x' })
    expect(Y.decodeUpdate(edit.payload).structs[0]?.id.client).toBe(textClientIdOf(DOC, 'x'))
  })
})
