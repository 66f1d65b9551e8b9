import { deviceId, ManualClock, silentLogger } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { ParkedCount } from '../../src/replica/parked-commits.ts'
import { ParkedRetry } from '../../src/replica/parked-retry.ts'

const PARKED: ParkedCount = { author: deviceId('ab'.repeat(32)), count: 1, reason: 'clock-ahead' }

async function startRetry(parked: readonly ParkedCount[]) {
  const clock = new ManualClock()
  const retriedAt: number[] = []
  const replica = {
    parked: () => parked,
    retryParked: async () => {
      retriedAt.push(clock.now())
      if (retriedAt.length === 1) throw new Error('the disk is full')
    }
  }
  const retry = new ParkedRetry({ replica, clock, log: silentLogger })
  await retry.start()
  onTestFinished(() => retry.stop())
  return { clock, retry, retriedAt }
}

test('tries what is parked again and again, also after a try that failed', async () => {
  const { clock, retriedAt } = await startRetry([PARKED])
  await clock.advance(15_000)
  expect(retriedAt).toEqual([5_000, 10_000, 15_000])
})

test('leaves the replica alone while nothing is parked', async () => {
  const { clock, retriedAt } = await startRetry([])
  await clock.advance(60_000)
  expect(retriedAt).toEqual([])
})

test('tries nothing after it was stopped', async () => {
  const { clock, retry, retriedAt } = await startRetry([PARKED])
  await retry.stop()
  await clock.advance(60_000)
  expect(retriedAt).toEqual([])
})
