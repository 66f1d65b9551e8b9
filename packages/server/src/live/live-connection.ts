import type { Clock, ContextPath, JsonValue, WatchedChange } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { RawData, WebSocket } from 'ws'
import type { Access } from '../access/access.ts'
import { assertMay } from '../access/access.ts'
import { searchRequest } from '../routes/search-routes.ts'
import type { ServedNode } from '../served-node.ts'
import type { LiveMessage, SearchMessage, SubscribeMessage } from './live-message.ts'
import { LIVE_MESSAGE_BYTES_MAX, readLiveMessage } from './live-message.ts'
import type { LiveSocket } from './live-socket.ts'
import type { PresenceRooms, PresentMember } from './presence-rooms.ts'

export interface LiveConnectionComponents {
  socket: WebSocket
  live: LiveSocket
  clock: Pick<Clock, 'wait'>
  node: ServedNode
  presence: PresenceRooms
  errorOf: (error: unknown) => HcfsError
}

export interface LiveConnectionOptions {
  readonly access: Access
  /** What others see of it where it is present. */
  readonly member: string
  readonly heartbeatPauseMs: number
}

const SUBSCRIPTIONS_MAX = 64
/** A search is made again at most so often. */
const SEARCH_PAUSE_MS = 250

/**
 * One client of `/v1/live`. Every subscription fetches its next message when the one before was taken, so a
 * slow client costs no memory, and nobody else time. A subscription that fails says so and ends alone.
 */
export class LiveConnection implements PresentMember {
  readonly id: string
  readonly #components: LiveConnectionComponents
  readonly #options: LiveConnectionOptions
  readonly #subscriptions = new Map<string, AbortController>()

  constructor(components: LiveConnectionComponents, options: LiveConnectionOptions) {
    this.#components = components
    this.#options = options
    this.id = options.member
  }

  /** Resolves when the connection has ended. */
  async run(): Promise<void> {
    const { socket, live, presence, clock } = this.#components
    socket.on('message', (data: RawData, isBinary: boolean) => this.#take(data, isBinary))
    try {
      // A page sees no pings: it needs something to tell a quiet node from one that is gone.
      for (;;) {
        await clock.wait(this.#options.heartbeatPauseMs, { signal: live.closed })
        this.#send({ type: 'heartbeat', position: this.#components.node.contexts.feedPosition() })
      }
    } catch (error) {
      if (!live.closed.aborted) throw error
    } finally {
      for (const subscription of this.#subscriptions.values()) subscription.abort()
      presence.leave(this)
    }
  }

  present(path: ContextPath, members: readonly { readonly member: string; readonly state: JsonValue }[]): void {
    this.#send({ type: 'presence', path, members })
  }

  #take(data: RawData, isBinary: boolean): void {
    try {
      if (isBinary || !(data instanceof Buffer) || data.byteLength > LIVE_MESSAGE_BYTES_MAX) {
        throw new HcfsError('BAD_REQUEST', `A message is text of at most ${LIVE_MESSAGE_BYTES_MAX} bytes`)
      }
      this.#handle(readLiveMessage(data.toString('utf8')))
    } catch (error) {
      this.#components.live.end(this.#components.errorOf(error))
    }
  }

  #handle(message: LiveMessage): void {
    if (message.type === 'subscribe') this.#begin(message.id, (signal) => this.#watch(message, signal))
    else if (message.type === 'search') this.#begin(message.id, (signal) => this.#search(message, signal))
    else if (message.type === 'unsubscribe') this.#subscriptions.get(message.id)?.abort()
    else {
      const path = parsePath(message.path)
      assertMay(this.#options.access, 'read', path)
      this.#components.presence.set(path, this, message.state)
    }
  }

  #begin(id: string, run: (signal: AbortSignal) => Promise<void>): void {
    if (this.#subscriptions.has(id)) throw new HcfsError('BAD_REQUEST', 'That id is taken by another subscription')
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) {
      throw new HcfsError('LIVE_TOO_MANY', `A connection takes ${SUBSCRIPTIONS_MAX} subscriptions; open another`)
    }
    const ended = new AbortController()
    this.#subscriptions.set(id, ended)
    const { live, errorOf } = this.#components
    const signal = AbortSignal.any([ended.signal, live.closed])
    run(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#send({ type: 'error', id, error: errorOf(error).toJSON() })
      })
      .finally(() => {
        this.#subscriptions.delete(id)
        if (ended.signal.aborted) this.#send({ type: 'unsubscribed', id })
      })
  }

  async #watch({ id, under = this.#options.access.under, from, ...options }: SubscribeMessage, signal: AbortSignal) {
    const { contexts } = this.#components.node
    const { type: _, ...wanted } = options
    const position = from ?? contexts.feedPosition()
    const changes = contexts.watch(under, { ...wanted, from: position, signal })
    await this.#sent({ type: 'subscribed', id, position })
    for await (const change of changes) await this.#sent({ type: 'change', id, change })
  }

  /** Made again after every change below its prefix, and while the index is behind; told when the hits differ. */
  async #search({ id, request }: SearchMessage, signal: AbortSignal): Promise<void> {
    const { node, clock } = this.#components
    const { contexts } = node
    const under = request.under ?? this.#options.access.under
    const changes = contexts.watch(under, { from: contexts.feedPosition(), signal })[Symbol.asyncIterator]()
    let next: Promise<IteratorResult<WatchedChange>> | undefined
    let last = ''
    for (;;) {
      const answer = await node.search({ ...searchRequest(request), signal })
      const hits = JSON.stringify(answer.hits)
      if (hits !== last) await this.#sent({ type: 'results', id, answer })
      last = hits
      if (answer.coverage.behind === 0) {
        next ??= changes.next()
        if ((await next).done === true) return
        next = undefined
      }
      await clock.wait(SEARCH_PAUSE_MS, { signal })
    }
  }

  #send(message: object): void {
    this.#components.live.send(JSON.stringify(message))
  }

  #sent(message: object): Promise<void> {
    return this.#components.live.sent(JSON.stringify(message))
  }
}
