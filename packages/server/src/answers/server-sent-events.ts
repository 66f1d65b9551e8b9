import type { Clock, HcfsError, WatchedChange } from '@hcfs/core'

export const EVENT_STREAM_TYPE = 'text/event-stream'

export interface ServerSentEventsComponents {
  clock: Pick<Clock, 'wait'>
  /** What the caller may see of a failure. */
  errorOf: (error: unknown) => HcfsError
  /** Where a reader goes on that lost its connection before the first change. */
  position: () => number
}

/**
 * Changes as server-sent events, whose ids are their positions. A comment at the
 * start says that the watch has begun, with the position to go on from, and one after each pause without changes
 * keeps proxies from closing the connection. A failure is an event `error`, the last one.
 */
export async function* serverSentEvents(
  changes: AsyncIterator<WatchedChange>,
  { clock, errorOf, position }: ServerSentEventsComponents,
  { heartbeatPauseMs }: { heartbeatPauseMs: number }
): AsyncGenerator<string> {
  // Before the watch begins: what happens in between is told twice rather than not at all.
  const start = position()
  let next = settledText(changes, errorOf)
  yield `: watching\nid: ${start}\n\n`
  try {
    for (;;) {
      const event = await beforePause(next, clock, heartbeatPauseMs)
      if (event === undefined) {
        yield ': still watching\n\n'
        continue
      }
      if (event.text !== '') yield event.text
      if (event.isLast) return
      next = settledText(changes, errorOf)
    }
  } finally {
    // Not awaited: a watch that waits for changes ends by its signal, which falls when the caller hangs up.
    changes.return?.().catch(() => {})
  }
}

interface EventText {
  readonly text: string
  readonly isLast: boolean
}

/** The next event, or nothing when the pause is over first. */
async function beforePause(
  next: Promise<EventText>,
  clock: Pick<Clock, 'wait'>,
  pauseMs: number
): Promise<EventText | undefined> {
  const answered = new AbortController()
  const pause = clock.wait(pauseMs, { signal: answered.signal }).then(
    () => undefined,
    () => undefined
  )
  try {
    return await Promise.race([next, pause])
  } finally {
    answered.abort()
  }
}

async function settledText(
  changes: AsyncIterator<WatchedChange>,
  errorOf: (error: unknown) => HcfsError
): Promise<EventText> {
  try {
    const { value, done } = await changes.next()
    if (done === true) return { text: '', isLast: true }
    return { text: `id: ${value.position}\ndata: ${JSON.stringify(value)}\n\n`, isLast: false }
  } catch (error) {
    return { text: `event: error\ndata: ${JSON.stringify(errorOf(error).toJSON())}\n\n`, isLast: true }
  }
}
