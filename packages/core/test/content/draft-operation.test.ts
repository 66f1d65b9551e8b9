import { describe, expect, test } from 'vitest'
import { parseDraftOperations } from '../../src/content/draft-operation.ts'

describe('operations from a client', () => {
  test('are read when they have the members of their kind', () => {
    const operations = [
      { kind: 'body.insert', at: 0, text: 'x' },
      { kind: 'field.set', keys: ['a'], value: null },
      { kind: 'link.add', link: { rel: 'see', to: '/a' } }
    ]
    expect(parseDraftOperations(operations)).toEqual(operations)
  })

  test.each<[string, unknown]>([
    ['no list', { kind: 'tag.add', tag: 'x' }],
    ['of an unknown kind', [{ kind: 'body.explode' }]],
    ['of a kind that every object has', [{ kind: 'toString' }]],
    ['null', [null]],
    ['without a member', [{ kind: 'body.insert', at: 0 }]],
    ['with a member of another type', [{ kind: 'body.insert', at: '0', text: 'x' }]],
    ['with keys that are no text', [{ kind: 'field.remove', keys: [1] }]],
    ['with a value that is not there', [{ kind: 'field.set', keys: ['a'] }]]
  ])('are refused if they are %s', (_what, json) => {
    expect(() => parseDraftOperations(json)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})
