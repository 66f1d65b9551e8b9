import type { JsonObject, JsonValue } from '@hcfs/core'
import { ContentEditor, EMPTY_CONTENT, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergePatchOperations, parseContextPatch } from '../../src/schemas/merge-patch.ts'

/** RFC 7396, section 2, as it is written there. */
function naiveMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target)
  const merged = new Map<string, JsonValue>(isObject ? Object.entries(target as JsonObject) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, naiveMergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

const CONTEXT = { fields: {}, meta: {}, tags: [], links: [] }

const keys = fc.constantFrom('a', 'b', 'c', 'toString', 'x/y')
const leaves = fc.oneof(fc.integer(), fc.string(), fc.boolean())
const valuesWith = (leaf: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> =>
  fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaves, { maxLength: 3 }), tie('object')),
    object: fc.dictionary(keys, tie('value'), { maxKeys: 4 })
  })).object

test('the fields that a patch leaves are those of RFC 7396', () => {
  fc.assert(
    fc.property(valuesWith(leaves), valuesWith(fc.oneof(leaves, fc.constant(null))), (fields, patch) => {
      const editor = new ContentEditor({ ...EMPTY_CONTENT, fields })
      for (const operation of mergePatchOperations({ ...CONTEXT, fields }, { fields: patch })) editor.apply(operation)
      expect(editor.content().fields).toEqual(naiveMergePatch(fields, patch))
    })
  )
})

test('a patch touches only what it names', () => {
  const fields = { kept: { deep: 1 }, changed: { a: 1, b: 2 } }
  expect(mergePatchOperations({ ...CONTEXT, fields }, { fields: { changed: { a: 3, gone: null } } })).toEqual([
    { kind: 'field.set', keys: ['changed', 'a'], value: 3 }
  ])
})

test('tags and links become those of the patch, and null empties a part', () => {
  const link = (to: string) => ({ to: parsePath(to), rel: 'see' })
  const context = { ...CONTEXT, fields: { x: 1 }, tags: ['a', 'b'], links: [link('/a')] }
  const patch = { tags: ['b', 'c'], links: [link('/b')], fields: null, body: null }
  expect(mergePatchOperations(context, patch)).toEqual([
    { kind: 'body.replace', text: '' },
    { kind: 'field.remove', keys: ['x'] },
    { kind: 'tag.remove', tag: 'a' },
    { kind: 'tag.add', tag: 'c' },
    { kind: 'link.remove', link: link('/a') },
    { kind: 'link.add', link: link('/b') }
  ])
})

test.each([
  [[], 'body'],
  ['text', 'body'],
  [{ unknown: 1 }, 'body/unknown'],
  [{ body: 5 }, 'body/body'],
  [{ fields: [] }, 'body/fields'],
  [{ tags: ['a', 5] }, 'body/tags'],
  [{ links: [{ to: '/a' }] }, 'body/links']
])('%j is no patch', (body, field) => {
  expect(() => parseContextPatch(body)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', details: { field } }))
})
