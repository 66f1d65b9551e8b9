import type { JsonValue } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonObject, jsonValue, keys } from '../../../../test/support/content-arbitraries.ts'
import type { ContextContent } from '../../src/content/content.ts'
import { canonicalContent, EMPTY_CONTENT } from '../../src/content/content.ts'
import { ContentEditor } from '../../src/content/content-editor.ts'
import { Draft } from '../../src/content/draft.ts'
import { parseDraftOperations } from '../../src/content/draft-operation.ts'

const BASE: ContextContent = {
  body: 'The docking window is Monday.',
  fields: { status: 'open', crew: { lead: 'ada', size: 3 } },
  tags: ['docking'],
  links: [{ rel: 'part of', to: parsePath('/apollo') }],
  meta: { title: 'Docking' }
}

const draft = (): Draft => new Draft(BASE)
const badRequest = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('the body of a draft', () => {
  test('shows the base and what was done to it', () => {
    const { body } = draft()
    body.insert(0, 'URGENT. ')
    body.delete(body.length - 7, 6)
    body.insert(body.length - 1, 'Tuesday')
    body.append(' Tell the crew.')
    expect(body.toString()).toBe('URGENT. The docking window is Tuesday. Tell the crew.')
  })

  test('can be replaced as a whole', () => {
    const { body } = draft()
    body.replace('New.')
    expect(`${body}`).toBe('New.')
    expect(body.length).toBe(4)
  })

  test('refuses a position outside of it and says how long it is', () => {
    const edited = draft()
    expect(() => edited.body.insert(30, '!')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: { value: 30, length: 29 } })
    )
    expect(() => edited.body.delete(20, 10)).toThrow(badRequest)
    expect(edited.operations).toEqual([])
  })
})

describe('the fields of a draft', () => {
  test('are set by a key or by a list of keys', () => {
    const { fields } = draft()
    fields.set('status', 'moved')
    fields.set(['crew', 'size'], 4)
    fields.set(['plan', 'steps'], ['undock'])
    expect(fields.get('status')).toBe('moved')
    expect(fields.get('crew')).toEqual({ lead: 'ada', size: 4 })
    expect(fields.get(['plan'])).toEqual({ steps: ['undock'] })
    expect(fields.get('nothing')).toBeUndefined()
  })

  test('take an object as the whole new value', () => {
    const { fields } = draft()
    fields.set('crew', { pilot: 'bob' })
    expect(fields.get('crew')).toEqual({ pilot: 'bob' })
  })

  test('replace what stands above or below', () => {
    const { fields } = draft()
    fields.set(['status', 'code'], 7)
    fields.set('crew', null)
    expect(fields.get('status')).toEqual({ code: 7 })
    expect(fields.get('crew')).toBeNull()
  })

  test('lose an object with its last key', () => {
    const edited = draft()
    edited.fields.remove(['crew', 'lead'])
    edited.fields.remove(['crew', 'size'])
    expect(edited.content.fields).toEqual({ status: 'open' })
  })

  test('keep an object that was set empty', () => {
    const edited = draft()
    edited.fields.set('crew', {})
    expect(edited.content.fields).toEqual({ status: 'open', crew: {} })
  })

  test('ignore the removal of what is not there', () => {
    const edited = draft()
    edited.fields.remove('nothing')
    edited.fields.remove(['status', 'below'])
    expect(edited.content).toEqual(BASE)
  })

  test('keep the value they were given when the caller goes on to change it', () => {
    const edited = draft()
    const steps = ['dock']
    const path = ['plan']
    edited.fields.set(path, steps)
    steps.push('undock')
    path.push('later')
    expect(edited.operations).toEqual([{ kind: 'field.set', keys: ['plan'], value: ['dock'] }])
  })

  test('are not changed by a value that is refused', () => {
    const edited = draft()
    expect(() => Reflect.apply(edited.fields.set, edited.fields, ['status', undefined])).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID' })
    )
    expect(edited.content).toEqual(BASE)
    expect(edited.operations).toEqual([])
  })
})

describe('the meta of a draft', () => {
  test('is set and removed like fields', () => {
    const { meta } = draft()
    meta.set('kind', 'note')
    meta.remove('title')
    expect([meta.get('kind'), meta.get('title')]).toEqual(['note', undefined])
  })

  test('refuses a value too large for listings, which fields take', () => {
    const edited = draft()
    const large = 'x'.repeat(4_096)
    expect(() => edited.meta.set('title', large)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
    edited.fields.set('title', large)
    edited.meta.set('title', large.slice(3))
  })
})

describe('the tags and links of a draft', () => {
  test('are added and removed', () => {
    const { tags, links } = draft()
    tags.add('urgent', 'crew')
    tags.remove('docking')
    links.add({ rel: 'see', to: '/log' })
    links.remove({ rel: 'part of', to: '/apollo' })
    expect([tags.has('urgent'), tags.has('crew'), tags.has('docking')]).toEqual([true, true, false])
    expect([links.has({ rel: 'see', to: '/log' }), links.has({ rel: 'part of', to: '/apollo' })]).toEqual([true, false])
  })

  test('are sorted and each there once', () => {
    const edited = draft()
    edited.tags.add('zeta', 'alpha', 'docking')
    edited.links.add({ rel: 'a', to: '/b' })
    edited.links.add({ rel: 'a', to: '/a' })
    expect(edited.content.tags).toEqual(['alpha', 'docking', 'zeta'])
    expect(edited.content.links.map(({ rel, to }) => `${rel} ${to}`)).toEqual(['a /a', 'a /b', 'part of /apollo'])
  })
})

describe('a draft', () => {
  test('records what was done, as JSON that gives the same content elsewhere', () => {
    const edited = draft()
    edited.body.append('!')
    edited.fields.set('a', [1, { b: null }])
    edited.tags.add('urgent')
    edited.links.add({ rel: 'see', to: '/log' })
    const sent = JSON.stringify(edited.operations)
    const received = new ContentEditor(BASE)
    for (const operation of parseDraftOperations(JSON.parse(sent))) received.apply(operation)
    expect(received.content()).toEqual(edited.content)
  })

  test('leaves its base as it was', () => {
    const before = structuredClone(BASE)
    const edited = draft()
    edited.fields.set(['crew', 'lead'], 'bob')
    edited.tags.remove('docking')
    expect(BASE).toEqual(before)
    expect(edited.content).not.toEqual(BASE)
  })

  test('knows __proto__ as a key like any other', () => {
    const edited = new Draft(EMPTY_CONTENT)
    edited.fields.set('__proto__', { polluted: true })
    edited.fields.set(['a', '__proto__'], 1)
    expect(JSON.stringify(edited.content.fields)).toBe('{"__proto__":{"polluted":true},"a":{"__proto__":1}}')
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

/*
 * Goal: setting and removing mean what they mean for plain objects.
 * Method: the same writes on a draft and on a plain object that is rebuilt from
 * its leaves, as text, after each.
 */
test('fields after any writes are those of a plain object', () => {
  const write = fc.record({ keys, value: fc.option(jsonValue, { nil: undefined }) })
  fc.assert(
    fc.property(jsonObject, fc.array(write, { maxLength: 8 }), (start, writes) => {
      const edited = new Draft({ ...EMPTY_CONTENT, fields: start })
      let leaves = leafTexts([], start)
      for (const { keys, value } of writes) {
        if (value === undefined) {
          edited.fields.remove(keys)
          leaves = leaves.filter((leaf) => !isAtOrBelow(leaf.keys, keys))
        } else {
          edited.fields.set(keys, value)
          const others = leaves.filter((leaf) => !isAtOrBelow(leaf.keys, keys) && !isAtOrBelow(keys, leaf.keys))
          leaves = [...others, ...leafTexts(keys, value)]
        }
        expect(sorted(leafTexts([], edited.content.fields))).toEqual(sorted(leaves))
      }
    })
  )
})

test('equal contents have equal canonical bytes, whatever the order of their keys', () => {
  fc.assert(
    fc.property(jsonObject, (fields) => {
      const reversed = Object.fromEntries(Object.entries(fields).reverse())
      expect(canonicalContent({ ...EMPTY_CONTENT, fields: reversed })).toEqual(
        canonicalContent({ ...EMPTY_CONTENT, fields })
      )
    })
  )
})

interface LeafText {
  keys: readonly string[]
  json: string
}

function leafTexts(above: readonly string[], value: JsonValue): LeafText[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = isObject ? Object.entries(value) : []
  if (entries.length === 0) return above.length === 0 ? [] : [{ keys: above, json: JSON.stringify(value) }]
  return entries.flatMap(([name, inner]) => leafTexts([...above, name], inner))
}

function isAtOrBelow(lower: readonly string[], upper: readonly string[]): boolean {
  return upper.every((key, index) => lower[index] === key)
}

function sorted(leaves: readonly LeafText[]): string[] {
  return leaves.map((leaf) => JSON.stringify(leaf)).sort()
}
