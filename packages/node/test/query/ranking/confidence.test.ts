import { expect, test } from 'vitest'
import { confidenceOf } from '../../../src/query/ranking/confidence.ts'

test.each([
  ['the share of words without vectors', { wordShare: 0.5, unrelatedCosine: 0.1 }, 0.5],
  ['how far the cosine stands above unrelated texts', { wordShare: 0, cosine: 0.55, unrelatedCosine: 0.1 }, 0.5],
  ['the larger of the two', { wordShare: 0.75, cosine: 0.55, unrelatedCosine: 0.1 }, 0.75],
  ['0 for what is as far as unrelated texts', { wordShare: 0, cosine: 0.1, unrelatedCosine: 0.1 }, 0],
  ['1 for the same text, rounding or not', { wordShare: 0, cosine: 1.000_001, unrelatedCosine: 0.1 }, 1]
])('confidence is %s', (_, parts, confidence) => {
  expect(confidenceOf(parts)).toBeCloseTo(confidence)
})
