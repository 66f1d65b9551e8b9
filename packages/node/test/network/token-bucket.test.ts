import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from '../../src/network/token-bucket.ts'

test('never more is taken in any time than the rate and one second in reserve allow', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 100 }))), (steps) => {
      const bucket = new TokenBucket(100, 0)
      let nowMs = 0
      let taken = 0
      for (const [passedMs, count] of steps) {
        nowMs += passedMs
        if (bucket.tryTake(count, nowMs)) taken += count
      }

      expect(taken).toBeLessThanOrEqual(100 + nowMs / 10 + 1e-6)
    })
  )
})

test('after the wait that it names there is enough', () => {
  const bucket = new TokenBucket(100, 0)
  bucket.tryTake(100, 0)
  const waitMs = bucket.waitMs(50, 0)

  expect(waitMs).toBe(500)
  expect(bucket.tryTake(50, waitMs - 1)).toBe(false)
  expect(bucket.tryTake(50, waitMs)).toBe(true)
})

test('what is larger than a second allows goes out of a full bucket, and the next waits for it', () => {
  const bucket = new TokenBucket(100, 0)

  expect(bucket.tryTake(250, 0)).toBe(true)
  expect(bucket.waitMs(100, 0)).toBe(2_500)
})
