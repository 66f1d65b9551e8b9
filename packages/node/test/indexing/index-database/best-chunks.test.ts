import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScoredLabel } from '../../../src/indexing/index-database/best-chunks.ts'
import { BestChunks } from '../../../src/indexing/index-database/best-chunks.ts'
import { context, TestIndex } from './index-fixtures.ts'

/** Few chunks count as many, so that words of a handful of chunks are common. */
function indexOf(texts: readonly string[], scoredMax: number): { best: BestChunks; index: TestIndex } {
  const index = new TestIndex()
  index.put(...texts.map((text, n) => context(`/${n}`, text)))
  return { best: new BestChunks(index.database, { scoredMax }), index }
}

const textsOf = (index: TestIndex, hits: readonly ScoredLabel[]) =>
  index.reader.chunksOf(hits.map(({ label }) => label)).map(({ text }) => text)
const idsOf = (index: TestIndex, hits: readonly ScoredLabel[]) =>
  index.reader.chunksOf(hits.map(({ label }) => label)).map(({ docId }) => docId)
const quoted = (...words: readonly string[]) => words.map((word) => `"${word}"`)

describe('the best chunks for common and rare words', () => {
  const common = Array.from({ length: 30 }, (_, n) => `flow ${'and so on '.repeat(n % 7)}`)

  it('has a common word count for chunks with a rare one, and find none by itself', () => {
    const { best, index } = indexOf([...common, 'rare other words', 'rare flow words', 'rare other thing'], 10)

    expect(textsOf(index, best.withAnyOf(quoted('flow', 'rare'), 3))[0]).toBe('rare flow words')
    expect(textsOf(index, best.withAnyOf(quoted('flow', 'rare'), 3)).every((text) => text.startsWith('rare'))).toBe(
      true
    )
  })

  it('fills up with chunks of a common word when too few have a rare one', () => {
    const { best, index } = indexOf([...common, 'rare'], 10)
    const texts = textsOf(index, best.withAnyOf(quoted('flow', 'rare'), 5))

    expect(texts).toHaveLength(5)
    expect(texts[0]).toBe('rare')
  })

  it('wants all words when all of them are common, as long as there are enough such chunks', () => {
    const both = Array.from({ length: 20 }, () => `flow and heat ${'in a long text '.repeat(20)}`)
    const one = both.map(() => 'heat heat heat heat')
    const { best, index } = indexOf([...common, ...both, ...one, ...Array.from({ length: 99 }, () => 'other')], 10)

    expect(new Set(textsOf(index, best.withAnyOf(quoted('flow', 'heat'), 20)))).toEqual(new Set(both))
    expect(best.withAnyOf(quoted('flow', 'heat'), 60)).toHaveLength(60)
  })
})

/*
 * Goal: however the best are found, each has the score that the text index gives it for all words, they stand in
 * order, and nothing that holds a word of those that are rare enough is missing while there is room.
 * Method: random texts of a few words against one plain query that scores everything and sorts in memory.
 */
it('gives scores and order of the plain way, for common words and rare ones', () => {
  const word = fc.constantFrom('ant', 'ant', 'ant', 'bee', 'bee', 'cat', 'dog')
  const texts = fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), (all, limit, scoredMax) => {
      const { best, index } = indexOf(
        all.map((each) => each.join(' ')),
        scoredMax
      )
      const words = quoted('ant', 'bee', 'cat', 'dog')
      const plain = plainScores(index, words)
      const hits = best.withAnyOf(words, limit)

      expect(hits).toHaveLength(Math.min(limit, all.length))
      for (const { label, score } of hits) expect(score).toBeCloseTo(plain.get(label) ?? Number.NaN, 9)
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a))
      if (scoredMax === 30 && all.length <= 30) expect(scoresOf(hits)).toEqual(topOf(plain, limit))
    }),
    { numRuns: 60 }
  )
})

it('takes equal scores at the end by their ids, however many there are', () => {
  const { best, index } = indexOf(
    Array.from({ length: 50 }, () => 'equal text'),
    1_000
  )
  const hits = best.matching('"equal"', 7)
  const all = best.matching('"equal"', 50)

  expect(idsOf(index, hits)).toEqual(idsOf(index, all).sort().slice(0, 7))
})

it('takes equal scores by their ids among chunks with a rare word too', () => {
  const equal = Array.from({ length: 30 }, () => 'rare equal')
  const { best, index } = indexOf([...equal, ...Array.from({ length: 60 }, () => 'flow')], 40)
  const hits = best.withAnyOf(quoted('rare', 'flow'), 3)
  const all = best.matching('"rare"', 30)

  expect(idsOf(index, hits)).toEqual(idsOf(index, all).sort().slice(0, 3))
})

function plainScores(index: TestIndex, words: readonly string[]): Map<number, number> {
  const rows = index.database.connection
    .prepare('SELECT rowid AS label, -rank AS score FROM words WHERE words MATCH ?')
    .all(words.join(' OR '))
  return new Map(rows.map(({ label, score }) => [Number(label), Number(score)]))
}

const scoresOf = (hits: readonly ScoredLabel[]) => hits.map(({ score }) => score)
const topOf = (plain: ReadonlyMap<number, number>, limit: number) =>
  [...plain.values()].sort((a, b) => b - a).slice(0, limit)
