import { SeededRandom } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedChunks } from '../../src/storage/sorted-chunks.ts'
import { compareKeys } from '../../src/storage/store-key.ts'

test('keys are compared as their UTF-8 bytes', () => {
  const keyArbitrary = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(keyArbitrary, keyArbitrary, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 1_000 }
  )
})

test('thousands of entries and clones of any moment are as a plain map has them', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = new SeededRandom(seed)
      const map = new SortedChunks<number>()
      const oracle = new Map<string, number>()
      const moments: (() => void)[] = []
      for (let step = 0; step < 4_000; step += 1) {
        const key = random.below(2_500).toString(36)
        if (random.below(step < 3_000 ? 4 : 2) === 0) {
          map.delete(key)
          oracle.delete(key)
        } else {
          map.set(key, step)
          oracle.set(key, step)
        }
        if (random.below(500) > 0) continue
        const [clone, frozen] = [map.clone(), [...oracle].sort(([a], [b]) => compareKeys(a, b))]
        moments.push(() => expect([...clone.entries()]).toEqual(frozen))
        if (random.below(2) === 0) clone.clone().set('only in the clone of the clone', 0)
      }
      for (const check of moments) check()
      for (const [key, value] of oracle) expect(map.get(key)).toBe(value)
      expect([...map.entries({}, true)]).toEqual([...map.entries()].reverse())
    }),
    { numRuns: 10 }
  )
})

test('a clone that is written to leaves the original alone', () => {
  const original = new SortedChunks<string>()
  original.set('a', 'original')
  const clone = original.clone()
  clone.set('a', 'clone')
  clone.set('b', 'clone')
  expect([...original.entries()]).toEqual([['a', 'original']])
})
