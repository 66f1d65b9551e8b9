import type { Clock, WaitOptions } from './clock.ts'

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }

  wait(ms: number, { signal }: WaitOptions = {}): Promise<void> {
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
}
