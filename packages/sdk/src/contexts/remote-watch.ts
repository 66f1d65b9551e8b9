import type { WatchedChange, WatchOptions } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import { mayPass } from '../http/retries.ts'
import { withQuery } from '../http/target.ts'

/**
 * Follows the changes of a node.
 *
 * 1. No change is left out: after a broken connection it goes on from the last position.
 * 2. A watch that has no position yet (`from` was not given and nothing happened) ends
 *    with the failure instead, because nobody knows what it missed. So does every one over a local socket.
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
        for await (const change of this.#connection({ under, from: position, values, effective }, signal)) {
          position = change.position
          tries = 0
          yield change
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

  async *#connection(
    query: Readonly<Record<string, string | number | boolean | undefined>>,
    signal: AbortSignal | undefined
  ): AsyncGenerator<WatchedChange> {
    const target = withQuery('/v1/changes', query)
    for await (const { data } of this.#http.events({ method: 'GET', target, signal })) {
      const change: WatchedChange = JSON.parse(data)
      yield change
    }
  }
}
