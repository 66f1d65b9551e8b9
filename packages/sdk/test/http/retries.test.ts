import { HcfsError, ManualClock, SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { mayPass, Retries } from '../../src/http/retries.ts'

const lost = () => new HcfsError('CONNECTION_LOST', 'It broke')

/** Waits are noted, and over at once. */
function retriesThatNote(options = {}) {
  const waits: number[] = []
  const clock = { wait: async (ms: number) => void waits.push(ms) }
  return { waits, retries: new Retries({ clock, random: new SeededRandom(7) }, options) }
}

test('a call that works is made once', async () => {
  const { retries, waits } = retriesThatNote()
  expect(await retries.run(async () => 7, undefined)).toBe(7)
  expect(waits).toEqual([])
})

test('a failure that may pass is tried again until it works', async () => {
  const { retries, waits } = retriesThatNote()
  let calls = 0
  const call = async (): Promise<number> => {
    calls += 1
    if (calls < 3) throw lost()
    return calls
  }
  expect(await retries.run(call, undefined)).toBe(3)
  expect(waits).toHaveLength(2)
})

test('after so many tries the failure is the caller’s', async () => {
  const { retries, waits } = retriesThatNote({ triesMax: 2 })
  await expect(retries.run(() => Promise.reject(lost()), undefined)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  expect(waits).toHaveLength(2)
})

test('what the node decided is not asked again', async () => {
  const { retries, waits } = retriesThatNote()
  const refused = new HcfsError('CONTEXT_NOT_FOUND', 'There is none')
  await expect(retries.run(() => Promise.reject(refused), undefined)).rejects.toBe(refused)
  expect(waits).toEqual([])
  expect(mayPass(new Error('a bug'))).toBe(false)
})

test('pauses double up to a limit, and half of each is left to chance', async () => {
  const { retries, waits } = retriesThatNote({ triesMax: 12, pauseMs: 100 })
  await retries.run(() => Promise.reject(lost()), undefined).catch(() => {})
  for (const [tries, ms] of waits.entries()) {
    const limit = Math.min(10_000, 100 * 2 ** tries)
    expect(ms).toBeGreaterThanOrEqual(limit / 2)
    expect(ms).toBeLessThanOrEqual(limit + 1)
  }
  expect(new Set(waits.slice(7)).size).toBeGreaterThan(1)
})

test('a caller that gives up ends the pause', async () => {
  const clock = new ManualClock()
  const retries = new Retries({ clock, random: new SeededRandom(1) })
  const givenUp = new AbortController()
  const run = retries.run(() => Promise.reject(lost()), givenUp.signal)
  givenUp.abort()
  await expect(run).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
})

test('keys of writes do not come twice', () => {
  const { retries } = retriesThatNote()
  const keys = Array.from({ length: 100 }, () => retries.newKey())
  expect(new Set(keys).size).toBe(100)
})
