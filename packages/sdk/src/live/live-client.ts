import type { CallOptions, Clock, JsonValue, Random, SearchAnswer, SearchRequest, WatchedChange } from '@hcfs/core'
import { HcfsError, parsePath, SystemClock, SystemRandom } from '@hcfs/core'
import { HttpClient } from '../http/http-client.ts'
import type { RetriesOptions } from '../http/retries.ts'
import { Retries } from '../http/retries.ts'
import type { UrlPlace } from '../transport/url-transport.ts'
import { UrlTransport } from '../transport/url-transport.ts'
import type { LineUser, LiveAnswer } from './live-line.ts'
import { LiveLine } from './live-line.ts'
import { LiveQueue } from './live-queue.ts'

export interface LiveOptions extends UrlPlace {
  readonly retries?: RetriesOptions
  readonly clock?: Pick<Clock, 'wait'>
  readonly random?: Random
  /** @default the platform's own */
  readonly open?: (address: string) => WebSocket
}

export interface LiveWatchOptions extends CallOptions {
  /** Where to go on: the position of the last change that was seen. */
  readonly from?: number
  readonly values?: boolean
  readonly effective?: boolean
}

export interface Present {
  readonly member: string
  readonly state: JsonValue
}

type Begin<Item> = (queue: LiveQueue<Item>) => Pick<LineUser, 'request' | 'take'> & { farewell: object }

/**
 * What a node tells while it happens, over one WebSocket for everything, in Node and in browsers. After a
 * broken connection each goes on where it was: no change is left out.
 */
export class LiveClient implements AsyncDisposable {
  readonly #line: LiveLine
  readonly #http: HttpClient
  readonly #transport: UrlTransport
  #ids = 0

  constructor(options: LiveOptions) {
    const { clock = new SystemClock(), random = new SystemRandom(), retries: retriesOptions } = options
    const retries = new Retries({ clock, random }, retriesOptions)
    this.#transport = new UrlTransport(options)
    this.#http = new HttpClient({ transport: this.#transport })
    const open = options.open ?? ((address: string) => new WebSocket(address))
    this.#line = new LiveLine({ http: this.#http, retries, clock, open }, options)
  }

  /** Changes at and below a path. */
  watch(path: string, { from, values, effective, signal }: LiveWatchOptions = {}): AsyncGenerator<WatchedChange> {
    const under = parsePath(path)
    const id = this.#newId()
    let position = from
    return this.#follow<WatchedChange>(signal, (queue) => ({
      request: () => ({ type: 'subscribe', id, under, from: position, values, effective }),
      farewell: { type: 'unsubscribe', id },
      take: (answer) => {
        if (answer.id !== id) return
        if (answer.type === 'subscribed') position = answer.position
        if (answer.type === 'error') queue.end(HcfsError.fromJSON(answer['error']))
        if (answer.type !== 'change') return
        const change = answer['change'] as WatchedChange
        position = change.position
        queue.push(change)
      }
    }))
  }

  /** What a search finds now, and again whenever that changes. */
  search({ signal, after: _, ...request }: SearchRequest): AsyncGenerator<SearchAnswer> {
    const id = this.#newId()
    return this.#follow<SearchAnswer>(signal, (queue) => ({
      request: () => ({ type: 'search', id, request }),
      farewell: { type: 'unsubscribe', id },
      take: (answer) => {
        if (answer.id !== id) return
        if (answer.type === 'error') queue.end(HcfsError.fromJSON(answer['error']))
        if (answer.type === 'results') queue.push(answer['answer'] as SearchAnswer)
      }
    }))
  }

  /** Is present at a path as long as the iteration goes on; tells who else is. `state` is what the others see. */
  present(path: string, state: JsonValue, { signal }: CallOptions = {}): AsyncGenerator<readonly Present[]> {
    const at: string = parsePath(path)
    return this.#follow<readonly Present[]>(signal, (queue) => ({
      request: () => ({ type: 'presence', path: at, state }),
      farewell: { type: 'presence', path: at, state: null },
      take: (answer) => {
        if (answer.type === 'presence' && answer.path === at) queue.push(answer['members'] as readonly Present[])
      }
    }))
  }

  /** Opens one WebSocket, within a minute; for an editor that connects by itself. */
  async ticket({ signal }: CallOptions = {}): Promise<string> {
    const call = { method: 'POST', target: '/v1/live/tickets', signal } as const
    return (await this.#http.json<{ ticket: string }>(call)).ticket
  }

  async close(): Promise<void> {
    await this.#line.close()
    await this.#transport.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #newId(): string {
    this.#ids += 1
    return String(this.#ids)
  }

  /** Ends quietly with the caller's signal. */
  async *#follow<Item>(signal: AbortSignal | undefined, begin: Begin<Item>): AsyncGenerator<Item> {
    if (signal?.aborted === true) return
    const queue = new LiveQueue<Item>()
    const { request, take, farewell } = begin(queue)
    const user: LineUser = { request, take: (answer: LiveAnswer) => take(answer), fail: (error) => queue.end(error) }
    const onAbort = (): void => queue.end()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#line.use(user)
      yield* queue.items()
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#line.leave(user, farewell)
    }
  }
}

/** Opens nothing yet: the first that is asked for does. */
export function connectLive(options: LiveOptions): LiveClient {
  return new LiveClient(options)
}
