import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/time/manual-clock.ts'
import { withDeadline } from '../../src/time/with-deadline.ts'

const expired = (): Error => new Error('too late')

/** Work that ends only when it is told to. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

describe('a deadline', () => {
  test('hands on what the work gives in time, and leaves no timer behind', async () => {
    const clock = new ManualClock()

    expect(await withDeadline(clock, { timeoutMs: 100, expired }, async () => 'done')).toBe('done')
    await clock.advance(1_000)
  })

  test('ends the work when the time is over, with its own error', async () => {
    const clock = new ManualClock()
    const refused = expect(withDeadline(clock, { timeoutMs: 100, expired }, untilAborted)).rejects.toThrow('too late')

    await clock.advance(100)

    await refused
  })

  test('ends the work when the caller gives up, with the reason of the caller', async () => {
    const caller = new AbortController()
    const deadline = { timeoutMs: 100, expired, signal: caller.signal }
    const refused = expect(withDeadline(new ManualClock(), deadline, untilAborted)).rejects.toThrow('enough')

    caller.abort(new Error('enough'))

    await refused
  })

  test('hands on what the work itself throws', async () => {
    const work = async (): Promise<never> => {
      throw new Error('broken')
    }

    await expect(withDeadline(new ManualClock(), { timeoutMs: 100, expired }, work)).rejects.toThrow('broken')
  })
})
