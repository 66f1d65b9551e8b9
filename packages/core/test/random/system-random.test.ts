import { describe, expect, test, vi } from 'vitest'
import { SystemRandom } from '../../src/random/system-random.ts'

const random = new SystemRandom()

describe('bytes of the system', () => {
  test.each([0, 1, 65_536, 65_537, 200_000])('are as many as were asked for: %d', (count) => {
    expect(random.bytes(count)).toHaveLength(count)
  })

  test('fill the whole array, beyond what the system gives at once, too', () => {
    const bytes = random.bytes(200_000)
    for (const start of [0, 65_530, 131_070, 199_900])
      expect(bytes.subarray(start, start + 100).some(Boolean)).toBe(true)
  })

  test('differ from call to call', () => {
    expect(random.bytes(16)).not.toEqual(random.bytes(16))
  })
})

describe('a number below a limit', () => {
  test.each([1, 2, 1_000, 2 ** 32])('of %d is whole and in range', (limit) => {
    for (let draw = 0; draw < 100; draw += 1) {
      const value = random.below(limit)
      expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true)
    }
  })

  test('is drawn again where taking it would favour small numbers', () => {
    const draws = [2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 3]
    const system = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      if (array instanceof Uint32Array) array[0] = draws.shift()!
      return array
    })
    // 2^32 = 3 × 1,431,655,765 + 1, so only the very last value is one too many.
    expect(random.below(3)).toBe((2 ** 32 - 2) % 3)
    expect(system).toHaveBeenCalledTimes(2)
    system.mockRestore()
  })

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('needs a limit that is not %d', (limit) => {
    expect(() => random.below(limit)).toThrow(TypeError)
  })
})
