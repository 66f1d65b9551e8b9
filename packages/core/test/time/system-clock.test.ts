import { afterEach, describe, expect, test, vi } from 'vitest'
import { SystemClock } from '../../src/time/system-clock.ts'

const DAY_MS = 86_400_000

afterEach(() => {
  vi.useRealTimers()
})

describe('the clock of the machine', () => {
  test('reads its time', () => {
    vi.useFakeTimers({ now: 1_234_567 })
    expect(new SystemClock().now()).toBe(1_234_567)
  })

  test('never goes back when measuring', () => {
    const clock = new SystemClock()
    const times = Array.from({ length: 100 }, () => clock.monotonicMs())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test.each([1, 60_000, 30 * DAY_MS, 100 * DAY_MS])('waits %d ms, no less and no more', async (ms) => {
    vi.useFakeTimers()
    const wait = observed(new SystemClock().wait(ms))
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(wait.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(wait.isOver).toBe(true)
  })

  test.each([0, -5])('waits %d ms by letting others run first', async (ms) => {
    vi.useFakeTimers()
    const wait = observed(new SystemClock().wait(ms))
    await vi.advanceTimersByTimeAsync(1)
    expect(wait.isOver).toBe(true)
  })
})

describe('a wait that is aborted', () => {
  test.each([10, 30 * DAY_MS])('of %d ms rejects with the reason at once, and leaves no timer', async (ms) => {
    vi.useFakeTimers()
    const abort = new AbortController()
    const waiting = new SystemClock().wait(ms, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('before it began rejects, and starts no timer', async () => {
    vi.useFakeTimers()
    const waiting = new SystemClock().wait(10, { signal: AbortSignal.abort(new Error('no')) })
    await expect(waiting).rejects.toThrow('no')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('in its second half rejects, too, where one timer is not enough', async () => {
    vi.useFakeTimers()
    const abort = new AbortController()
    const waiting = new SystemClock().wait(30 * DAY_MS, { signal: abort.signal })
    await vi.advanceTimersByTimeAsync(29 * DAY_MS)
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  test('after it was over has no effect, and nobody listens to the signal any more', async () => {
    vi.useFakeTimers()
    const abort = new AbortController()
    const removed = vi.spyOn(abort.signal, 'removeEventListener')
    const waiting = new SystemClock().wait(10, { signal: abort.signal })
    await vi.advanceTimersByTimeAsync(10)
    abort.abort(new Error('late'))
    await expect(waiting).resolves.toBeUndefined()
    expect(removed).toHaveBeenCalledOnce()
  })
})

function observed(promise: Promise<void>): { isOver: boolean } {
  const state = { isOver: false }
  void promise.then(() => {
    state.isOver = true
  })
  return state
}
