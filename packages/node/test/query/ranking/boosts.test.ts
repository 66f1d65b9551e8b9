import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../../src/query/query-language/parse-query.ts'
import type { BoostedChunk } from '../../../src/query/ranking/boosts.ts'
import { BOOST_MAX, boostsOf, phraseOf } from '../../../src/query/ranking/boosts.ts'
import { TermMatcher } from '../../../src/query/ranking/term-matcher.ts'

function boosts(query: string, chunk: Partial<BoostedChunk>): Partial<Record<string, number>> {
  const matcher = new TermMatcher(parseQuery(query).terms)
  return boostsOf({ text: '', headings: [], tags: [], ...chunk }, { phrase: phraseOf(query), matcher })
}

describe('a chunk is raised', () => {
  test('by the words of the query in their order, whatever stands between them', () => {
    expect(boosts('docking window', { text: 'The Docking-window moved' })).toHaveProperty('phrase')
    expect(boosts('docking window', { text: 'a window for docking' })).toEqual({})
  })

  test('by title, headings and tags, as far as they hold the words', () => {
    const half = boosts('docking window', { title: 'Docking' })['title'] ?? 0
    const whole = boosts('docking window', { title: 'Window of docking' })['title'] ?? 0

    expect(whole).toBeGreaterThan(1)
    expect(whole - 1).toBeCloseTo(2 * (half - 1))
    expect(Object.keys(boosts('docking', { headings: ['Docking'], tags: ['docking'] }))).toEqual(['heading', 'tag'])
  })

  test('by no more than the most that is promised', () => {
    const all = boosts('docking window', {
      text: 'docking window',
      title: 'docking window',
      headings: ['docking window'],
      tags: ['docking', 'window']
    })

    expect(Object.values(all).reduce((product: number, boost = 1) => product * boost, 1)).toBeCloseTo(BOOST_MAX)
  })
})

test('a single word is no phrase', () => {
  expect(phraseOf('docking!')).toBeUndefined()
  expect(phraseOf('Docking, window')).toBe('docking window')
})
