import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../src/time/manual-clock.ts'

describe('a manual clock', () => {
  test('stands still until it is moved', async () => {
    const clock = new ManualClock(1_000)
    expect([clock.now(), clock.monotonicMs()]).toEqual([1_000, 0])
    await clock.advance(5)
    expect([clock.now(), clock.monotonicMs()]).toEqual([1_005, 5])
  })

  test('wakes whoever is due, and nobody else', async () => {
    const { clock, log } = clockWithWaiters(10, 11)
    await clock.advance(9)
    expect(log).toEqual([])
    await clock.advance(1)
    expect(log).toEqual(['10 at 10'])
  })

  test('wakes in the order of the due times, and of the calls where these are equal', async () => {
    const { clock, log } = clockWithWaiters(30, 10, 20, 10, 0, -5)
    await clock.advance(100)
    expect(log).toEqual(['0 at 0', '-5 at 0', '10 at 10', '10 at 10', '20 at 20', '30 at 30'])
  })

  test('lets what was woken wait again within the same move', async () => {
    const clock = new ManualClock()
    const ticks: number[] = []
    const tick = async (): Promise<void> => {
      for (;;) {
        await clock.wait(10)
        ticks.push(clock.now())
      }
    }
    void tick()
    await clock.advance(35)
    expect(ticks).toEqual([10, 20, 30])
  })

  test('jumps without waking anybody and without moving the monotonic time', async () => {
    const { clock, log } = clockWithWaiters(10)
    clock.jump(-3_600_000)
    expect([clock.now(), clock.monotonicMs()]).toEqual([-3_600_000, 0])
    clock.jump(7_200_000)
    await clock.advance(9)
    expect(log).toEqual([])
    await clock.advance(1)
    expect(log).toEqual(['10 at 3600010'])
  })

  test.each([-1, Number.NaN])('does not move by %d', async (ms) => {
    await expect(new ManualClock().advance(ms)).rejects.toThrow(TypeError)
  })

  test('never goes back, also when two move it at once', async () => {
    const { clock } = clockWithWaiters(10, 60)
    await Promise.all([clock.advance(100), clock.advance(50)])
    expect(clock.monotonicMs()).toBe(100)
  })
})

describe('a wait that is aborted', () => {
  test('rejects with the reason at once, and is not woken later', async () => {
    const clock = new ManualClock()
    const abort = new AbortController()
    const waiting = clock.wait(10, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await clock.advance(20)
  })

  test('before it began rejects at once', async () => {
    await expect(new ManualClock().wait(10, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  })

  test('after it was over has no effect', async () => {
    const clock = new ManualClock()
    const abort = new AbortController()
    const waiting = clock.wait(10, { signal: abort.signal })
    await clock.advance(10)
    abort.abort(new Error('late'))
    await expect(waiting).resolves.toBeUndefined()
  })
})

test('any set of waits is woken as a sorted list would be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 8 }), fc.nat(60), async (waits, ms) => {
      const { clock, log } = clockWithWaiters(...waits)
      await clock.advance(ms)
      const due = waits.filter((wait) => wait <= ms).toSorted((a, b) => a - b)
      expect(log).toEqual(due.map((wait) => `${wait} at ${wait}`))
    })
  )
})

function clockWithWaiters(...waits: readonly number[]): { clock: ManualClock; log: string[] } {
  const clock = new ManualClock()
  const log: string[] = []
  for (const ms of waits) void clock.wait(ms).then(() => log.push(`${ms} at ${clock.now()}`))
  return { clock, log }
}
