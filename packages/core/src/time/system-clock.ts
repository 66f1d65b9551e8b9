import type { Clock, WaitOptions } from './clock.ts'

/** The longest delay a timer takes; a longer one fires at once. 24.8 days. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }

  async wait(ms: number, { signal }: WaitOptions = {}): Promise<void> {
    let leftMs = ms
    for (; leftMs > TIMER_MS_MAX; leftMs -= TIMER_MS_MAX) await waitForTimer(TIMER_MS_MAX, signal)
    await waitForTimer(leftMs, signal)
  }
}

function waitForTimer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
