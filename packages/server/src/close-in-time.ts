import type { Clock } from '@hcfs/core'
import type { App } from './app.ts'

/**
 * Lets the calls that run end, and cuts off whatever is left after so long: a reader that has stopped
 * reading without a word would hold its connection, and with it the whole server, for ever.
 */
export async function closeInTime(app: App, clock: Pick<Clock, 'wait'>, callsMsMax: number): Promise<void> {
  const closed = new AbortController()
  const cut = clock.wait(callsMsMax, { signal: closed.signal }).then(
    () => app.server.closeAllConnections(),
    // Closed in time.
    () => {}
  )
  try {
    await app.close()
  } finally {
    closed.abort()
    await cut
  }
}
