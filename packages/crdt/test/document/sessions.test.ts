import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { ContextDocument } from '../../src/document/context-document.ts'
import { clientIdOf, SESSION_MAX } from '../../src/document/ids.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { sessionFor } from '../../src/document/sessions.ts'
import { ADA, BOB, DOC, documentOf, edited, nextTime } from './writers.ts'

const WRITER = { ...ADA, docId: DOC }

describe('the session of an edit', () => {
  test('is the usual one when the writer has written nothing since', () => {
    const byBob = clientIdOf({ ...BOB, docId: DOC, session: 0 })
    expect(sessionFor(new Map(), new Map([[byBob, 9]]), WRITER)).toBe(0)
  })

  test('is the lowest whose last write lies in the version that is edited', () => {
    const client = (session: number): number => clientIdOf({ ...WRITER, session })
    const base = new Map([
      [client(0), 5],
      [client(1), 2]
    ])
    expect(
      sessionFor(
        base,
        new Map([
          [client(0), 5],
          [client(1), 2]
        ]),
        WRITER
      )
    ).toBe(0)
    expect(
      sessionFor(
        base,
        new Map([
          [client(0), 6],
          [client(1), 2]
        ]),
        WRITER
      )
    ).toBe(1)
    expect(
      sessionFor(
        base,
        new Map([
          [client(0), 6],
          [client(1), 3]
        ]),
        WRITER
      )
    ).toBe(2)
  })

  test('is refused when all are used up', () => {
    const current = new Map<number, number>()
    for (let session = 0; session <= SESSION_MAX; session += 1) current.set(clientIdOf({ ...WRITER, session }), 1)
    expect(() => sessionFor(new Map(), current, WRITER)).toThrow(expect.objectContaining({ code: 'VERSION_GONE' }))
  })
})

/** A document at an older version, and one that went on from it. */
function olderAndCurrent() {
  const current = ContextDocument.empty(DOC)
  edited(
    current,
    ADA,
    ...operationsForPut(current.content, { body: 'one\ntwo\n', fields: { a: 1, b: 1 }, tags: ['x'] })
  )
  const older = current.copy()
  edited(current, ADA, { kind: 'body.insert', at: 8, text: 'three\n' }, { kind: 'field.set', keys: ['a'], value: 2 })
  return { older, current }
}

describe('an edit against an older version', () => {
  test('is merged with what was written since, and says under which session', () => {
    const { older, current } = olderAndCurrent()
    const operations = operationsForPut(older.content, { body: 'ONE\ntwo\n', fields: { a: 1, b: 3 } })
    const edit = current.editFrom(older, operations, { writer: ADA, hlc: nextTime() })
    expect(current.content.body).toBe('ONE\ntwo\nthree\n')
    expect(current.content.fields).toEqual({ a: 2, b: 3 })
    expect(edit?.clients).toEqual([{ session: 1, clock: 0, len: 4 }])
  })

  test('leaves the older version as it was', () => {
    const { older, current } = olderAndCurrent()
    const { content } = older
    current.editFrom(older, [{ kind: 'body.insert', at: 0, text: '!' }], { writer: ADA, hlc: nextTime() })
    expect(older.content).toBe(content)
  })

  test('wins over what the same writer set since in the older version, because it is later', () => {
    const { older, current } = olderAndCurrent()
    current.editFrom(older, [{ kind: 'field.set', keys: ['a'], value: 9 }], { writer: ADA, hlc: nextTime() })
    expect(current.content.fields['a']).toBe(9)
  })

  test('adds a tag that the same writer has removed since', () => {
    const { older, current } = olderAndCurrent()
    edited(current, ADA, { kind: 'tag.remove', tag: 'x' })
    current.editFrom(older, [{ kind: 'tag.add', tag: 'x' }], { writer: ADA, hlc: nextTime() })
    expect(current.content.tags).toEqual(['x'])
  })

  test('that removes a tag does not remove it where the same writer has added it since', () => {
    const { older, current } = olderAndCurrent()
    edited(current, ADA, { kind: 'tag.add', tag: 'x' })
    current.editFrom(older, [{ kind: 'tag.remove', tag: 'x' }], { writer: ADA, hlc: nextTime() })
    expect(current.content.tags).toEqual(['x'])
  })

  test('uses no clock twice, however many there are', () => {
    const { older, current } = olderAndCurrent()
    const sessions = [1, 2, 3].map((count) => {
      return current.editFrom(older, [{ kind: 'body.insert', at: 0, text: `${count}` }], {
        writer: ADA,
        hlc: nextTime()
      })
    })
    expect(sessions.flatMap((edit) => edit!.clients.map(({ session }) => session))).toEqual([1, 2, 3])
    expect(current.hasPending).toBe(false)
  })

  test('of another writer goes on under the usual session', () => {
    const { older, current } = olderAndCurrent()
    const edit = current.editFrom(older, [{ kind: 'tag.add', tag: 'y' }], { writer: BOB, hlc: nextTime() })
    expect(edit?.clients).toEqual([{ session: 0, clock: 0, len: 1 }])
  })

  test('does not write a first body again that has arrived since', () => {
    const empty = ContextDocument.empty(DOC)
    const current = ContextDocument.empty(DOC)
    const first = edited(current, BOB, { kind: 'body.insert', at: 0, text: 'file\n' })
    const operations = operationsForPut(empty.content, { body: 'file\n', tags: ['a'] })
    const edit = current.editFrom(empty, operations, { writer: ADA, hlc: nextTime() })!
    expect(edit.clients).toEqual([{ session: 0, clock: 0, len: 1 }])
    expect(Y.decodeUpdate(edit.payload).structs).toHaveLength(1)
    expect(documentOf(first, edit).content).toEqual(current.content)
    expect(current.content.body).toBe('file\n')
    expect(current.editFrom(empty, operations.slice(0, 1), { writer: ADA, hlc: nextTime() })).toBeUndefined()
  })

  test('that is refused has changed neither version', () => {
    const { older, current } = olderAndCurrent()
    const before = [older.content, current.content]
    expect(() =>
      current.editFrom(older, [{ kind: 'body.delete', at: 0, length: 9 }], { writer: ADA, hlc: nextTime() })
    ).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
    expect([older.content, current.content]).toEqual(before)
  })
})
