import { expect, inject, test } from 'vitest'
import { fuzzDecoder } from './fuzz-decoder.ts'

test('20,000 random and mutated inputs are judged rightly, each with a value or a code', () => {
  const counts = fuzzDecoder({ seed: inject('seed'), runs: 20_000 })
  expect(counts.accepted).toBeGreaterThan(4_000)
  expect(counts.invalid).toBeGreaterThan(4_000)
  expect(counts.tooLarge).toBeGreaterThan(20)
})
