import { expect, inject, test } from 'vitest'
import { fuzzDecoder } from './fuzz-decoder.ts'

test('1,000,000 random and mutated inputs are judged rightly, each with a value or a code', () => {
  const counts = fuzzDecoder({ seed: inject('seed'), runs: 1_000_000 })
  expect(counts.accepted).toBeGreaterThan(200_000)
  expect(counts.invalid).toBeGreaterThan(200_000)
  expect(counts.tooLarge).toBeGreaterThan(1_000)
})
