import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meanMetrics, rankingMetrics } from './ranking-metrics.ts'

const grades = (...pairs: readonly (readonly [string, number])[]) => new Map(pairs)

describe('worked out by hand', () => {
  test('two of three found, at places 1 and 3', () => {
    const metrics = rankingMetrics(['a', 'x', 'b'], grades(['a', 1], ['b', 1], ['c', 1]))

    expect(metrics.ndcg10).toBeCloseTo((1 + 1 / 2) / (1 + 1 / Math.log2(3) + 1 / 2))
    expect(metrics.averagePrecision).toBeCloseTo((1 / 1 + 2 / 3) / 3)
    expect(metrics.recall10).toBeCloseTo(2 / 3)
  })

  test('a better grade further down costs more than a lesser one', () => {
    const judged = grades(['best', 3], ['good', 1])

    expect(rankingMetrics(['good', 'best'], judged).ndcg10).toBeCloseTo((1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3)))
    expect(rankingMetrics(['best', 'good'], judged).ndcg10).toBe(1)
  })

  test('the eleventh place counts for recall at 100, and not at 10', () => {
    const ranking = [...Array.from({ length: 10 }, (_, index) => `x${index}`), 'a']

    expect(rankingMetrics(ranking, grades(['a', 1]))).toMatchObject({ ndcg10: 0, recall10: 0, recall100: 1 })
  })

  test('a grade of 0 or less is not relevant', () => {
    expect(rankingMetrics(['a', 'b'], grades(['a', 0], ['b', -1]))).toEqual({
      ndcg10: 0,
      averagePrecision: 0,
      recall10: 0,
      recall100: 0
    })
  })
})

test('a perfect ranking reaches 1 in everything, and no ranking more', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(ids, fc.nat(10), (relevant, noise) => {
      const judged = grades(...relevant.map((id) => [id, 1] as const))
      expect(Object.values(rankingMetrics(relevant, judged)).every((value) => Math.abs(value - 1) < 1e-9)).toBe(true)
      const noisy = [
        ...Array.from({ length: noise }, (_, index) => ({ index })).map(({ index }) => `\0${index}`),
        ...relevant
      ]
      expect(Object.values(rankingMetrics(noisy, judged)).every((value) => value <= 1 + 1e-9)).toBe(true)
    })
  )
})

test('the mean counts every query alike', () => {
  const [none, all] = [rankingMetrics(['x'], grades(['a', 1])), rankingMetrics(['a'], grades(['a', 1]))]

  expect(meanMetrics([none, all, all, all])).toMatchObject({ ndcg10: 0.75, recall10: 0.75 })
})
