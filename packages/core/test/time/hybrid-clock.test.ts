import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMAT_LIMITS } from '../../src/limits/format-limits.ts'
import type { HybridTime } from '../../src/time/hybrid-clock.ts'
import {
  CLOCK_AHEAD_MAX_MS,
  endOfMillisecond,
  HybridClock,
  hybridTime,
  toMilliseconds
} from '../../src/time/hybrid-clock.ts'
import { ManualClock } from '../../src/time/manual-clock.ts'

const WALL_MS = 1_700_000_000_000

describe('the next time', () => {
  test('is one microsecond after the wall clock, then one after the last', () => {
    const { hybrid, clock } = hybridClock()
    expect([hybrid.next(), hybrid.next()]).toEqual([WALL_MS * 1_000 + 1, WALL_MS * 1_000 + 2])
    clock.jump(1)
    expect(hybrid.next()).toBe(WALL_MS * 1_000 + 1_001)
  })

  test('is later than everything it follows', () => {
    const { hybrid } = hybridClock()
    const a = hybridTime(WALL_MS * 1_000 + 5_000)
    const b = hybridTime(WALL_MS * 1_000 + 90_000)
    expect(hybrid.next(a, b, a)).toBe(b + 1)
    expect(hybrid.next(a)).toBe(b + 2)
  })

  test('goes on where the wall clock was set back', () => {
    const { hybrid, clock } = hybridClock()
    const before = hybrid.next()
    clock.jump(-60_000)
    expect(hybrid.next()).toBe(before + 1)
  })

  test('goes on after the last one that was stored', () => {
    const last = hybridTime(WALL_MS * 1_000 + 77)
    expect(new HybridClock({ clock: new ManualClock(WALL_MS) }, last).next()).toBe(last + 1)
  })

  test('is a whole number where the wall clock reads fractions', () => {
    expect(new HybridClock({ clock: { now: () => 1.00055 } }).next()).toBe(1_001)
  })
})

describe('a time too far ahead of the wall clock', () => {
  test('is not given: two minutes are the most', () => {
    const { hybrid } = hybridClock()
    const farthest = hybridTime((WALL_MS + CLOCK_AHEAD_MAX_MS) * 1_000)
    expect(() => hybrid.next(farthest)).toThrow(
      expect.objectContaining({ code: 'CLOCK_AHEAD', details: { aheadMs: 120_001, aheadMaxMs: 120_000 } })
    )
    expect(hybrid.next(hybridTime(farthest - 1))).toBe(farthest)
    expect(CLOCK_AHEAD_MAX_MS).toBe(FORMAT_LIMITS.signAheadMsMax)
  })

  test('does not hold up what does not follow it', () => {
    const { hybrid } = hybridClock()
    expect(() => hybrid.next(hybridTime(Number.MAX_SAFE_INTEGER - 1))).toThrow(
      expect.objectContaining({ code: 'CLOCK_AHEAD' })
    )
    expect(hybrid.next()).toBe(WALL_MS * 1_000 + 1)
  })

  test('is given once the wall clock has come after', () => {
    const { hybrid, clock } = hybridClock()
    const ahead = hybridTime((WALL_MS + 200_000) * 1_000)
    expect(() => hybrid.next(ahead)).toThrow()
    clock.jump(100_000)
    expect(hybrid.next(ahead)).toBe(ahead + 1)
  })

  test('does not spoil the clock when it is no time at all', () => {
    const clock = new ManualClock(2 ** 53)
    const hybrid = new HybridClock({ clock })
    expect(() => hybrid.next()).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
    clock.jump(WALL_MS - 2 ** 53)
    expect(hybrid.next()).toBe(WALL_MS * 1_000 + 1)
  })
})

test('any history of events and clock jumps gives what the definition says', () => {
  const steps = fc.array(
    fc.record({
      jumpMs: fc.integer({ min: -200_000, max: 200_000 }),
      afterMs: fc.array(fc.integer({ min: -1_000, max: 200_000 }), { maxLength: 3 })
    }),
    { maxLength: 20 }
  )
  fc.assert(
    fc.property(steps, (history) => {
      const { hybrid, clock } = hybridClock()
      let last = 0
      for (const { jumpMs, afterMs } of history) {
        clock.jump(jumpMs)
        const after = afterMs.map((ms) => hybridTime((clock.now() + ms) * 1_000))
        const expected = Math.max(clock.now() * 1_000, last, ...after) + 1
        const isAllowed = expected - clock.now() * 1_000 <= CLOCK_AHEAD_MAX_MS * 1_000
        if (isAllowed) last = expected
        expect(nextOrCode(hybrid, after)).toBe(isAllowed ? expected : 'CLOCK_AHEAD')
      }
    })
  )
})

describe('a hybrid time', () => {
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('is not %d', (value) => {
    expect(() => hybridTime(value)).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
  })

  test('belongs to one millisecond, whose end is its last', () => {
    expect(endOfMillisecond(5)).toBe(5_999)
    expect([5_000, 5_999, 6_000].map((time) => toMilliseconds(hybridTime(time)))).toEqual([5, 5, 6])
  })
})

function hybridClock(): { hybrid: HybridClock; clock: ManualClock } {
  const clock = new ManualClock(WALL_MS)
  return { hybrid: new HybridClock({ clock }), clock }
}

function nextOrCode(hybrid: HybridClock, after: readonly HybridTime[]): unknown {
  try {
    return hybrid.next(...after)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
