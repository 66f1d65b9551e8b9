import type { WatchedChange, WatchOptions } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import { mayPass } from '../http/retries.ts'
import type { ServerSentEvent } from '../http/server-sent-events.ts'
import { withQuery } from '../http/target.ts'

/**
 * Follows the changes of a node.
 *
 * 1. No change is left out: after a broken connection it goes on from the last position; at first that is
 *    the one that the node names when the watch begins.
 * 2. A watch that never began ends with the failure, because nobody knows what it missed. So does every one
 *    that breaks over a local socket.
 */
export class RemoteWatch {
  readonly #http: HttpClient

  constructor({ http }: { http: HttpClient }) {
    this.#http = http
  }

  async *watch(path: string, { from, values, effective, signal }: WatchOptions = {}): AsyncGenerator<WatchedChange> {
    const { retries } = this.#http
    const under = parsePath(path)
    let position = from
    for (let tries = 0; ; tries += 1) {
      try {
        for await (const { id, data } of this.#connection({ under, from: position, values, effective }, signal)) {
          if (id !== undefined) position = Number(id)
          tries = 0
          if (data !== undefined) yield JSON.parse(data)
        }
        if (signal?.aborted === true) return
        throw new HcfsError('CONNECTION_LOST', 'The node ended the watch; go on from the last position')
      } catch (error) {
        if (signal?.aborted === true) return
        if (retries === undefined || position === undefined || !mayPass(error)) throw error
      }
      try {
        await retries.pause(tries, signal)
      } catch {
        // Only the caller's signal ends a pause.
        return
      }
    }
  }

  #connection(
    query: Readonly<Record<string, string | number | boolean | undefined>>,
    signal: AbortSignal | undefined
  ): AsyncGenerator<ServerSentEvent> {
    return this.#http.events({ method: 'GET', target: withQuery('/v1/changes', query), signal })
  }
}
