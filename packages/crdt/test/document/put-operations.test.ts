import type { ContextContent, DraftOperation, JsonObject } from '@hcfs/core'
import { ContentEditor, EMPTY_CONTENT, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonObject, link, tag, text } from '../../../../test/support/content-arbitraries.ts'
import { operationsForPut } from '../../src/document/put-operations.ts'
import { ADA, BOB, documentOf, edited } from './writers.ts'

const BASE: ContextContent = {
  body: 'one\ntwo\nthree\n',
  fields: { status: 'open', crew: { lead: 'ada', size: 3 } },
  tags: ['a', 'b'],
  links: [{ rel: 'see', to: parsePath('/log') }],
  meta: { title: 'T' }
}

const fieldsPut = (before: JsonObject, after: JsonObject): DraftOperation[] =>
  operationsForPut({ ...EMPTY_CONTENT, fields: before }, { fields: after })

function after(base: ContextContent, operations: readonly DraftOperation[]): ContextContent {
  const editor = new ContentEditor(base)
  for (const operation of operations) editor.apply(operation)
  return editor.content()
}

describe('a put', () => {
  test('makes the parts it names what it says and keeps the others', () => {
    const parts = { body: 'one\n2\nthree\n', tags: ['b', 'c'] }
    expect(after(BASE, operationsForPut(BASE, parts))).toEqual({ ...BASE, ...parts })
  })

  test('clears the parts it does not name if it replaces the context', () => {
    const operations = operationsForPut(BASE, { tags: ['b'], body: undefined }, { replace: true })
    expect(after(BASE, operations)).toEqual({ ...EMPTY_CONTENT, tags: ['b'] })
  })

  test('of what is there already does nothing', () => {
    expect(operationsForPut(BASE, BASE)).toEqual([])
    expect(operationsForPut(BASE, { fields: { crew: { size: 3, lead: 'ada' }, status: 'open' } })).toEqual([])
    expect(operationsForPut(BASE, {}, { replace: false })).toEqual([])
  })

  test('sets the leaves that changed and removes what is gone', () => {
    expect(fieldsPut({ a: 1, b: { c: 2, d: [3], gone: { x: 1, y: 2 } } }, { a: 1, b: { c: 5, d: [3] } })).toEqual([
      { kind: 'field.remove', keys: ['b', 'gone'] },
      { kind: 'field.set', keys: ['b', 'c'], value: 5 }
    ])
  })

  test('sets an object empty when its last key is gone', () => {
    expect(fieldsPut({ a: { x: 1 } }, { a: {} })).toEqual([{ kind: 'field.set', keys: ['a'], value: {} }])
  })

  test('writes meta as fields are written', () => {
    expect(operationsForPut(BASE, { meta: { kind: 'note' } })).toEqual([
      { kind: 'meta.remove', keys: ['title'] },
      { kind: 'meta.set', keys: ['kind'], value: 'note' }
    ])
  })

  test('takes a list as one value', () => {
    expect(fieldsPut({ a: [1, 2] }, { a: [1, 3] })).toEqual([{ kind: 'field.set', keys: ['a'], value: [1, 3] }])
  })

  test.each<[string, unknown]>([
    ['fields that are a list', { fields: [] }],
    ['fields that are null', { fields: null }],
    ['values that are no JSON', { fields: { a: new Date(0) } }],
    ['a tag that is none', { tags: [''] }],
    ['a body with half of a surrogate pair', { body: '\ud800' }]
  ])('refuses %s', (_what, parts) => {
    expect(() => Reflect.apply(operationsForPut, undefined, [BASE, parts])).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID' })
    )
  })

  test('refuses a body above the limit before it compares it', () => {
    expect(() => operationsForPut(BASE, { body: 'x\n'.repeat(2 ** 20) })).toThrow(
      expect.objectContaining({ code: 'CONTEXT_TOO_LARGE' })
    )
  })
})

const content = fc.record({
  body: fc.array(text, { maxLength: 5 }).map((lines) => lines.join('\n')),
  fields: jsonObject,
  tags: fc.uniqueArray(tag),
  links: fc.uniqueArray(link, { selector: ({ rel, to }) => `${rel} ${to}` }),
  meta: jsonObject
})

test('a put of any content over any other gives exactly that content', () => {
  fc.assert(
    fc.property(content, content, (first, second) => {
      const before = after(EMPTY_CONTENT, operationsForPut(EMPTY_CONTENT, first))
      const result = after(before, operationsForPut(before, second))
      expect(after(EMPTY_CONTENT, operationsForPut(EMPTY_CONTENT, second))).toEqual(result)
      expect(result.body).toBe(second.body)
      expect(JSON.parse(JSON.stringify(result.fields))).toEqual(JSON.parse(JSON.stringify(second.fields)))
      expect(operationsForPut(result, second)).toEqual([])
    })
  )
})

describe('two concurrent puts', () => {
  test('of different lines both survive', () => {
    const ada = documentOf()
    const first = edited(ada, ADA, ...operationsForPut(ada.content, { body: 'one\ntwo\nthree\n' }))
    const bob = documentOf(first)
    const byBob = edited(bob, BOB, ...operationsForPut(bob.content, { body: 'one\ntwo\nTHREE\n' }))
    edited(ada, ADA, ...operationsForPut(ada.content, { body: 'ONE\ntwo\nthree\nfour\n' }))
    ada.apply(byBob.payload)
    expect(ada.content.body).toBe('ONE\ntwo\nTHREE\nfour\n')
  })

  test('of different words of one line both survive', () => {
    const ada = documentOf()
    const first = edited(ada, ADA, ...operationsForPut(ada.content, { body: 'We dock on Monday at noon.' }))
    const bob = documentOf(first)
    const byBob = edited(bob, BOB, ...operationsForPut(bob.content, { body: 'We dock on Tuesday at noon.' }))
    edited(ada, ADA, ...operationsForPut(ada.content, { body: 'We dock on Monday at midnight.' }))
    ada.apply(byBob.payload)
    expect(ada.content.body).toBe('We dock on Tuesday at midnight.')
  })

  test('of different fields both survive, inside one object too', () => {
    const ada = documentOf()
    const first = edited(ada, ADA, ...operationsForPut(ada.content, { fields: { a: { x: 1, y: 1 }, gone: 1 } }))
    const bob = documentOf(first)
    const byBob = edited(
      bob,
      BOB,
      ...operationsForPut(bob.content, { fields: { a: { x: 2, y: 1 }, gone: 1, more: 1 } })
    )
    edited(ada, ADA, ...operationsForPut(ada.content, { fields: { a: { x: 1, y: 2 } } }))
    ada.apply(byBob.payload)
    expect(ada.content.fields).toEqual({ a: { x: 2, y: 2 }, more: 1 })
  })
})
