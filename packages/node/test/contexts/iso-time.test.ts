import { hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTimeOf } from '../../src/contexts/iso-time.ts'

const MS_PER_DAY = 86_400_000
const LAST_DAY = Math.floor(Number.MAX_SAFE_INTEGER / 1_000 / MS_PER_DAY) - 1

test('A time is written as Date writes it', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (hlc) => {
      expect(isoTimeOf(hybridTime(hlc))).toBe(dumb(hlc))
    })
  )
})

test('Times of one day and of its neighbours are told apart, in whatever order they come', () => {
  const nearDay = fc.tuple(
    fc.integer({ min: 1, max: LAST_DAY }),
    fc.array(fc.integer({ min: -3, max: MS_PER_DAY + 3 }))
  )
  fc.assert(
    fc.property(nearDay, ([day, offsets]) => {
      for (const offset of [0, MS_PER_DAY - 1, MS_PER_DAY, -1, ...offsets]) {
        const hlc = (day * MS_PER_DAY + offset) * 1_000
        expect(isoTimeOf(hybridTime(hlc))).toBe(dumb(hlc))
      }
    })
  )
})

function dumb(hlc: number): string {
  return new Date(Math.floor(hlc / 1_000)).toISOString()
}
