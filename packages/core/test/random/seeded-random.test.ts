import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../src/random/seeded-random.ts'

const GOLDEN_NUMBERS = [2291129162, 1449700124, 4078029891, 4055367345, 118767174]
const GOLDEN_BYTES = [74, 28, 67, 177, 70, 243, 226, 2]
const GOLDEN_FORK = 3728916512

describe('a seed', () => {
  // A seed printed by a failing run must repeat that run on every machine and in every later version.
  test('gives these numbers for ever', () => {
    const random = new SeededRandom(42)
    expect(Array.from({ length: 5 }, () => random.below(2 ** 32))).toEqual(GOLDEN_NUMBERS)
    expect([...new SeededRandom(42).bytes(8)]).toEqual(GOLDEN_BYTES)
    expect(new SeededRandom(42).fork().below(2 ** 32)).toBe(GOLDEN_FORK)
  })

  test('gives the same numbers again', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(new SeededRandom(seed).bytes(20)).toEqual(new SeededRandom(seed).bytes(20))
      })
    )
  })

  test('gives other numbers than its neighbours', () => {
    const firsts = Array.from({ length: 1_000 }, (_, seed) => new SeededRandom(seed).below(2 ** 32))
    expect(new Set(firsts).size).toBe(1_000)
  })
})

describe('a fork', () => {
  test('gives what it gives whatever the other one does later', () => {
    const one = new SeededRandom(7)
    const other = new SeededRandom(7)
    const forkOfOne = one.fork()
    const forkOfOther = other.fork()
    other.bytes(100)
    expect(forkOfOne.bytes(50)).toEqual(forkOfOther.bytes(50))
  })

  test('leaves the numbers of the other one as they are, however much is drawn from it', () => {
    const one = new SeededRandom(7)
    const other = new SeededRandom(7)
    one.fork().bytes(100)
    other.fork()
    expect(one.bytes(50)).toEqual(other.bytes(50))
  })

  test('gives other numbers than the one it comes from and than the next fork', () => {
    const random = new SeededRandom(7)
    const drawn = [random.fork(), random.fork(), random].map((each) => String(each.bytes(16)))
    expect(new Set(drawn).size).toBe(3)
  })
})

describe('a number below a limit', () => {
  test('is whole, and from 0 up to the limit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, limit) => {
        const value = new SeededRandom(seed).below(limit)
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true)
      })
    )
  })

  test.each([2, 3, 7, 10, 100])('takes each of %d values about equally often', (limit) => {
    const random = new SeededRandom(99)
    const counts = new Array<number>(limit).fill(0)
    for (let draw = 0; draw < limit * 1_000; draw += 1) counts[random.below(limit)]! += 1
    // Six standard deviations of a count with mean 1,000.
    expect(Math.min(...counts)).toBeGreaterThan(810)
    expect(Math.max(...counts)).toBeLessThan(1_190)
  })

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('needs a limit that is not %d', (limit) => {
    expect(() => new SeededRandom(1).below(limit)).toThrow(TypeError)
  })
})

test('bytes take all values', () => {
  expect(new Set(new SeededRandom(3).bytes(5_000)).size).toBe(256)
  expect(new SeededRandom(3).bytes(0)).toHaveLength(0)
})
