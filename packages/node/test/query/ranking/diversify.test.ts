import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diversify } from '../../../src/query/ranking/diversify.ts'

function hit(name: string, score: number, words: string) {
  return { name, score, words: new Set(words.split(' ')) }
}

const SAME = [hit('first', 1, 'dock tuesday'), hit('copy', 0.99, 'dock tuesday'), hit('other', 0.6, 'fuel margin')]
const names = (hits: readonly { name: string }[]): string[] => hits.map(({ name }) => name)

describe('diversity', () => {
  test('of 0 keeps the order', () => {
    expect(names(diversify(SAME, 0))).toEqual(['first', 'copy', 'other'])
  })

  test('moves a hit that repeats a better one below one that does not', () => {
    expect(names(diversify(SAME, 0.5))).toEqual(['first', 'other', 'copy'])
  })

  test('never loses or doubles a hit, and always begins with the best', () => {
    const hits = fc.array(fc.record({ score: fc.double({ min: 0.01, max: 1, noNaN: true }), word: fc.nat(4) }))
    fc.assert(
      fc.property(hits, fc.double({ min: 0, max: 0.9, noNaN: true }), (drawn, diversity) => {
        const sorted = drawn
          .map(({ score, word }, index) => hit(String(index), score, `w${word}`))
          .toSorted((a, b) => b.score - a.score)
        const result = diversify(sorted, diversity)
        expect(names(result).toSorted()).toEqual(names(sorted).toSorted())
        expect(result[0]?.score).toBe(sorted[0]?.score)
      })
    )
  })

  test('finds nothing in nothing', () => {
    expect(diversify([], 0.5)).toEqual([])
  })
})
