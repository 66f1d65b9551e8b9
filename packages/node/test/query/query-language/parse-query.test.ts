import { HcfsError } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLiteralQuery, parseQuery } from '../../../src/query/query-language/parse-query.ts'
import { printQuery } from '../../../src/query/query-language/print-query.ts'

const AUTHOR = 'a1'.repeat(32)

/** Texts that are made of the signs of the language more often than chance would have it. */
const queryTexts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '\\',
        '-',
        '*',
        ':',
        '.',
        ' ',
        'tag:',
        'field.a.b:',
        'under:/a',
        'after:2026-01-01',
        'kind:'
      ),
      fc.constantFrom('not', 'OR', 'NEAR(', 'camelCase', '漢字', 'true', '-1.50', 'NULL', '\u0000', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 8 })
    ),
    { maxLength: 12 }
  )
  .map((parts) => parts.join(''))

function errorOf(text: string): HcfsError | undefined {
  try {
    parseQuery(text)
    return undefined
  } catch (error) {
    if (error instanceof HcfsError) return error
    throw error
  }
}

describe('the query language', () => {
  it('reads words, phrases, prefixes and what is excluded', () => {
    const { terms, filter } = parseQuery('retry  "rate limit" -draft -"old plan" back*')

    expect(terms).toEqual([
      { kind: 'word', text: 'retry', isExcluded: false },
      { kind: 'phrase', text: 'rate limit', isExcluded: false },
      { kind: 'word', text: 'draft', isExcluded: true },
      { kind: 'phrase', text: 'old plan', isExcluded: true },
      { kind: 'prefix', text: 'back', isExcluded: false }
    ])
    expect(filter).toEqual({})
  })

  it('reads filters', () => {
    const text = `tag:a tag:"b c" kind:note agent:coder author:${AUTHOR} under:/team/x after:2026-01-01 before:2026-02-01T12:30Z`

    expect(parseQuery(text)).toEqual({
      terms: [],
      filter: {
        tags: ['a', 'b c'],
        kind: 'note',
        agent: 'coder',
        author: AUTHOR,
        under: '/team/x',
        updatedAfterMs: Date.UTC(2026, 0, 1),
        updatedBeforeMs: Date.UTC(2026, 1, 1, 12, 30)
      }
    })
  })

  it.each([
    ['field.status:open', { '/status': 'open' }],
    ['field.owner.name:"Ada L"', { '/owner/name': 'Ada L' }],
    ['field.count:3', { '/count': 3 }],
    ['field.count:"3"', { '/count': '3' }],
    ['field.rate:-1.5e3', { '/rate': -1500 }],
    ['field.zero:-0', { '/zero': 0 }],
    ['field.version:007', { '/version': '007' }],
    ['field.done:true field.by:null', { '/done': true, '/by': null }],
    [String.raw`field.a\.b.c\:d:x`, { '/a.b/c:d': 'x' }],
    ['field.a/b:x', { '/a~1b': 'x' }]
  ])('reads the field filter %s', (text, fields) => {
    expect(parseQuery(text).filter.fields).toEqual(fields)
  })

  it.each(['note: x', 'https://a.example/b', 'field.status', 'Tag:x', 'subtag:x'])('takes %s for words', (text) => {
    expect(parseQuery(text).filter).toEqual({})
  })
})

describe('signs of the query language', () => {
  it('takes an escaped sign for itself', () => {
    const texts = parseQuery(String.raw`\-a tag\:b c\* \"d\" "e \" f"`).terms.map(({ kind, text }) => [kind, text])

    expect(texts).toEqual([
      ['word', '-a'],
      ['word', 'tag:b'],
      ['word', 'c*'],
      ['word', '"d"'],
      ['phrase', 'e " f']
    ])
  })

  it.each([
    ['plan "never closed', 5],
    ['plan tag:', 9],
    ['plan tag: x', 9],
    ['a *', 2],
    ['a \\', 2],
    ['-tag:x', 0],
    ['kind:a kind:b', 7],
    ['field.a:1 field.a:2', 10],
    ['after:yesterday', 6],
    ['after:2026-02-30', 6],
    ['under:relative', 6],
    ['author:somebody', 7],
    ['kind:a*', 5]
  ])('says where %j is wrong', (text, at) => {
    const error = errorOf(text)

    expect(error?.code).toBe('QUERY_INVALID')
    expect(error?.details).toEqual({ at })
    expect(error?.message).toMatch(new RegExp(`^Character ${at + 1} of the query: `))
  })
})

describe('any text in the query language', () => {
  it('reads any text or says that it is wrong', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        const error = errorOf(text)
        if (error === undefined) return
        expect(error.code).toBe('QUERY_INVALID')
        expect(error.details['at']).toBeLessThanOrEqual(text.length)
      })
    )
  })

  it('reads the same query from what it prints', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        if (errorOf(text) !== undefined) return
        const query = parseQuery(text)
        expect(parseQuery(printQuery(query))).toEqual(query)
      })
    )
  })
})

describe('a literal query', () => {
  it('takes every sign for something to look for', () => {
    expect(parseLiteralQuery('tag:x "-a').terms).toEqual([
      { kind: 'word', text: 'tag:x', isExcluded: false },
      { kind: 'word', text: '"-a', isExcluded: false }
    ])
  })

  it('can be made of any text, and printed as one of the language', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        const query = parseLiteralQuery(text)
        expect(parseQuery(printQuery(query))).toEqual(query)
      })
    )
  })
})
