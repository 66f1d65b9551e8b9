import type { WatchedChange, WatchOptions } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import { withQuery } from '../http/target.ts'

/** Follows the changes of a node. A connection that breaks is an error; the caller goes on from its last position. */
export class RemoteWatch {
  readonly #http: HttpClient

  constructor({ http }: { http: HttpClient }) {
    this.#http = http
  }

  async *watch(path: string, { from, values, signal }: WatchOptions = {}): AsyncGenerator<WatchedChange> {
    const target = withQuery('/v1/changes', { under: parsePath(path), from, values })
    try {
      for await (const { data } of this.#http.events({ method: 'GET', target, signal })) {
        const change: WatchedChange = JSON.parse(data)
        yield change
      }
    } catch (error) {
      if (signal?.aborted === true) return
      throw error
    }
    if (signal?.aborted === true) return
    throw new HcfsError('CONNECTION_LOST', 'The node ended the watch; go on from the last position')
  }
}
