import type { Clock } from './clock.ts'

export interface Deadline {
  readonly timeoutMs: number
  /** The caller's own wish to stop. */
  readonly signal?: AbortSignal | undefined
  /** Thrown when the time is over; asked then, so that it can say what is missing. */
  readonly expired: () => Error
}

/**
 * Runs work with a signal that ends it when the time is over or the caller gives
 * up. The two are told apart: `expired` speaks for the first, the caller's own
 * reason for the second.
 */
export async function withDeadline<Result>(
  clock: Pick<Clock, 'wait'>,
  { timeoutMs, signal, expired }: Deadline,
  work: (signal: AbortSignal) => Promise<Result>
): Promise<Result> {
  const deadline = new AbortController()
  const finished = new AbortController()
  const timer = clock.wait(timeoutMs, { signal: finished.signal }).then(
    () => deadline.abort(),
    () => {}
  )
  try {
    return await work(signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]))
  } catch (error) {
    throw deadline.signal.aborted && signal?.aborted !== true ? expired() : error
  } finally {
    finished.abort()
    await timer
  }
}
