import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContextParts } from '../../src/api/context.ts'
import type { Template } from '../../src/api/templates.ts'
import type { JsonObject } from '../../src/json.ts'
import { parsePath } from '../../src/paths/context-path.ts'
import { fillTemplate } from '../../src/templates/fill-template.ts'
import { parametersFor } from '../../src/templates/parameter-schema.ts'
import { fillText } from '../../src/templates/placeholders.ts'
import { SHIPPED_TEMPLATES } from '../../src/templates/shipped/shipped-templates.ts'

function templateOf(contexts: Template['contexts'], parameters: JsonObject = {}): Template {
  return { name: 'mine', source: 'network', description: '', parameters, contexts }
}

function filled(contexts: Template['contexts'], parameters: JsonObject, customise: Record<string, ContextParts> = {}) {
  return Object.fromEntries(fillTemplate(templateOf(contexts), { parameters, customise, target: parsePath('/p') }))
}

describe('placeholders', () => {
  test('are filled in every part, and in paths', () => {
    const contexts = {
      '/': { body: 'Hi {{ name }}!', tags: ['t-{{name}}'], meta: { title: '{{name}}' } },
      '/{{name}}/notes': { links: [{ to: '/templates/mine/contexts/{{name}}', rel: 'up' }] }
    }
    expect(filled(contexts, { name: 'ada' })).toEqual({
      '/p': { body: 'Hi ada!', tags: ['t-ada'], meta: { title: 'ada' } },
      '/p/ada/notes': { links: [{ to: '/p/ada', rel: 'up' }] }
    })
  })

  test('that are all of a field become the value itself', () => {
    const fields = { whole: '{{list}}', part: 'a {{list}}', inner: [{ x: '{{flag}}' }] }
    expect(filled({ '/': { fields } }, { list: [1], flag: false })).toEqual({
      '/p': { fields: { whole: [1], part: 'a [1]', inner: [{ x: false }] } }
    })
  })

  test('of names that are no parameters, and escaped ones, stay', () => {
    expect(fillText('{{other}} {{ secrets.key }} \\{{name}}', { name: 'ada' })).toBe(
      '{{other}} {{ secrets.key }} {{name}}'
    )
  })

  test('are filled once: what is filled in is not looked at again', () => {
    expect(fillText('{{a}}', { a: '{{b}}', b: 'secret' })).toBe('{{b}}')
  })

  test.each(['a/b', '../x', '', '.'])('in a path stand for one segment, which %j is not', (name) => {
    expect(() => filled({ '/{{name}}': {} }, { name })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(TEMPLATE_PARAMETERS|PATH)_INVALID$/) })
    )
  })
})

describe('customisations', () => {
  test('are merged key by key, add tags and links, and replace bodies', () => {
    const contexts = { '/': { body: 'old', fields: { a: { b: 1, c: 1 } }, tags: ['x'] } }
    const changes = { '/': { body: 'new', fields: { a: { c: 2 } }, tags: ['y', 'x'] }, '/more': { body: 'more' } }
    expect(filled(contexts, {}, changes)).toEqual({
      '/p': { body: 'new', fields: { a: { b: 1, c: 2 } }, tags: ['x', 'y'] },
      '/p/more': { body: 'more' }
    })
  })
})

describe('a template that is wrong is refused before anything is written', () => {
  test('because two of its contexts come to lie at one path', () => {
    expect(() => filled({ '/{{a}}': {}, '/x': {} }, { a: 'x' })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID' })
    )
  })

  test('because one commit does not take all that it makes', () => {
    const contexts = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`/c${index}`, {}]))
    expect(() => filled(contexts, {})).toThrow(
      expect.objectContaining({ code: 'BATCH_TOO_LARGE', details: { contexts: 257, contextsMax: 256 } })
    )
  })
})

describe('parameters', () => {
  const schema = {
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 2 },
      count: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
      kinds: { type: 'array', items: { enum: ['a', { b: 1 }] }, maxItems: 2 },
      place: { type: 'object', properties: { city: { type: 'string', default: 'Ulm' } } }
    }
  }

  test('get their defaults', () => {
    expect(parametersFor(schema, { name: 'ada', place: {} })).toEqual({ name: 'ada', count: 3, place: { city: 'Ulm' } })
  })

  test.each([
    [{}, '/name'],
    [{ name: 'a' }, '/name'],
    [{ name: 7 }, '/name'],
    [{ name: 'ada', count: 10 }, '/count'],
    [{ name: 'ada', count: 1.5 }, '/count'],
    [{ name: 'ada', kinds: ['a', 'b'] }, '/kinds/1'],
    [{ name: 'ada', kinds: ['a', 'a', 'a'] }, '/kinds'],
    [{ name: 'ada', other: 1 }, '/other'],
    [{ name: 'ada', place: { town: 'x' } }, '/place/town']
  ])('%j are refused, naming %s', (given, pointer) => {
    expect(() => parametersFor(schema, given as JsonObject)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_PARAMETERS_INVALID', details: { pointer } })
    )
  })

  test.each([
    { properties: { a: { pattern: '(x+)+$' } } },
    { properties: { a: { type: 'text' } } },
    { properties: { 'a b': {} } },
    { properties: { a: 7 } },
    { properties: { a: { items: [] } } }
  ])('that the schema %j wants are not guessed', (wrong) => {
    expect(() => parametersFor(wrong as JsonObject, {})).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }))
  })

  test('of any shape end in a value or a code', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (anySchema, given) => {
        try {
          parametersFor({ properties: { a: anySchema } } as JsonObject, { a: given } as JsonObject)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^TEMPLATE_/) })
        }
      })
    )
  })
})

describe.each(SHIPPED_TEMPLATES.map((template) => [template.name, template] as const))(
  'the template %s',
  (_, template) => {
    const given = { name: 'Apollo', metric: 'F1' }
    const parameters = parametersFor(
      template.parameters,
      Object.fromEntries(
        Object.entries(given).filter(([name]) => name in (template.parameters['properties'] as object))
      )
    )
    const made = [
      ...fillTemplate({ ...template, source: 'shipped' }, { parameters, customise: {}, target: parsePath('/p') })
    ]

    test('fills every placeholder that has a value', () => {
      const open = JSON.stringify(made).match(/\{\{\s*(\w+)/g) ?? []
      expect(open.filter((each) => each !== '{{baseline')).toEqual([])
    })

    test('links only to what it makes', () => {
      const paths: string[] = made.map(([path]) => path)
      for (const [, { links = [] }] of made) for (const { to } of links) expect(paths).toContain(to)
    })
  }
)
