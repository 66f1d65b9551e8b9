import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLiteralQuery, parseQuery } from '../../../src/query/query-language/parse-query.ts'
import { context, idOf, TestIndex } from './index-fixtures.ts'

function indexOf(texts: Readonly<Record<string, string>>): TestIndex {
  const index = new TestIndex()
  index.put(...Object.entries(texts).map(([path, text]) => context(path, text)))
  return index
}

describe('text search', () => {
  it('finds any of the words, and ranks what has more of them first', () => {
    const index = indexOf({ '/a': 'retry with backoff', '/b': 'retry at once', '/c': 'nothing of it' })

    expect(index.find('retry backoff')).toEqual(['/a', '/b'])
  })

  it.each([
    ['running', 'the tests run'],
    ['cafe', 'a café in town'],
    ['ＷＩＤＥ', 'a wide letter'],
    ['getUserName', 'call getUserName first'],
    ['user', 'call getUserName first'],
    ['getusername', 'call getUserName first'],
    ['user_name', 'the column userName'],
    ['http', 'class HTTPServer'],
    ['retry-after', 'the header Retry-After'],
    ['dotted.names', 'see dotted.names here'],
    ['config', 'in src/config/load.ts'],
    ['東京', '私は東京に住んでいます'],
    ['北京', '我住在北京市中心'],
    ['ภาษา', 'ฉันเรียนภาษาไทย'],
    ['हिन्दी', 'यह हिन्दी है']
  ])('finds %s in: %s', (query, text) => {
    const index = indexOf({ '/hit': text, '/other': 'unrelated' })

    expect(index.find(query)).toEqual(['/hit'])
  })

  it('does not find the parts of words of a script with marks', () => {
    const index = indexOf({ '/hit': 'यह हिन्दी है' })

    expect(index.find('न')).toEqual([])
  })
})

describe('terms of text search', () => {
  it('wants phrases as they stand, and ranks by the other words', () => {
    const index = indexOf({
      '/a': 'limit the rate',
      '/b': 'a rate limit',
      '/c': 'the rate limit of tokens',
      '/d': 'tokens'
    })

    expect(index.find('"rate limit" tokens')).toEqual(['/c', '/b'])
    expect(index.find('"to be"')).toEqual([])
  })

  it('leaves out what is excluded', () => {
    const index = indexOf({
      '/a': 'plan draft',
      '/b': 'plan final',
      '/c': 'plan with an old userName',
      '/d': 'planning'
    })

    expect(index.find('plan -draft -"old user" -planning')).toEqual([])
    expect(index.find('plan -draft -user_name').sort()).toEqual(['/b', '/d'])
  })

  it('finds words by their beginning', () => {
    const index = indexOf({ '/a': 'kubernetes', '/b': 'kube', '/c': 'cube' })

    expect(index.find('kub*').sort()).toEqual(['/a', '/b'])
  })

  it('goes without stop words, unless there is nothing else', () => {
    const index = indexOf({ '/a': 'what is this about', '/b': 'deadlock' })

    expect(index.find('what is deadlock')).toEqual(['/b'])
    expect(index.find('what is this')).toEqual(['/a'])
  })
})

describe('what text search ranks', () => {
  it('finds by title, headings, tags and path, and the title counts most', () => {
    const index = new TestIndex()
    const text = 'some text about it'
    index.put(context('/text', 'falcon and then some'), context('/title', text, { title: 'Falcon' }))
    index.put(context('/tag', text, { tags: ['falcon'] }), context('/birds/falcon', text))

    expect(index.find('falcon')[0]).toBe('/title')
    expect(index.find('falcon').sort()).toEqual(['/birds/falcon', '/tag', '/text', '/title'])
  })

  it('gives the newest contexts that pass the filter when there are no words', () => {
    const index = new TestIndex()
    index.put(context('/old', ['x', 'y'], { updatedAtMs: 1, tags: ['t'] }), context('/none', 'x', { updatedAtMs: 9 }))
    index.put(context('/new', 'draft', { updatedAtMs: 2, tags: ['t'] }))

    expect(index.find('tag:t')).toEqual(['/new', '/old'])
    expect(index.find('tag:t -draft')).toEqual(['/old'])
  })

  it('finds what passes a filter however many better hits do not', () => {
    const index = new TestIndex()
    index.put(...Array.from({ length: 300 }, (_, n) => context(`/many/${n}`, 'apple apple')))
    index.put(context('/few/one', 'an apple in a much longer text that says many other things', { kind: 'note' }))

    expect(index.find('apple under:/few', 1)).toEqual(['/few/one'])
    expect(index.find('apple kind:note', 1)).toEqual(['/few/one'])
  })

  it.each([1, 7, 20])('orders equal scores by context, whatever came first, at limit %i', (limit) => {
    const paths = Array.from({ length: 60 }, (_, n) => `/same/${n}`)
    const forwards = new TestIndex()
    const backwards = new TestIndex()
    for (const path of paths) forwards.put(context(path, 'equal text', { tags: ['x'] }))
    for (const path of paths.toReversed()) backwards.put(context(path, 'equal text', { tags: ['x'] }))
    const expected = paths.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)).slice(0, limit)

    // The names in the paths are found too, but their scores are equal.
    expect(forwards.find('equal', limit)).toEqual(expected)
    expect(backwards.find('equal', limit)).toEqual(expected)
  })
})

describe('text search of any text', () => {
  it('lets SQLite read every query, whatever its text', () => {
    const index = indexOf({ '/a': 'text' })
    const signs = fc.constantFrom('"', '*', '-', '^', '(', ')', 'AND ', 'NOT ', 'NEAR(', 'text:', '漢', ' ', '\u0000')
    const parts = fc.array(fc.oneof(signs, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 12 })
    fc.assert(
      fc.property(parts, fc.boolean(), (texts, isExcluded) => {
        const { terms } = parseLiteralQuery(texts.join(''))
        const kinds = ['word', 'phrase', 'prefix'] as const
        const all = terms.flatMap(({ text }) => kinds.map((kind) => ({ kind, text, isExcluded })))
        index.text.search({ query: { terms: all, filter: {} }, limit: 3 })
      })
    )
  })

  it('answers a query as long as a page', () => {
    const index = indexOf({ '/a': 'w77 here' })
    const query = parseQuery(Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(' '))

    expect(index.text.search({ query, limit: 3 })).toHaveLength(1)
  })
})
