import type { Clock } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import type { Retries } from '../http/retries.ts'
import { mayPass } from '../http/retries.ts'

/** A message of the node; which members it has follows from its type. */
export interface LiveAnswer {
  readonly type: string
  readonly id?: string
  readonly path?: string
  readonly position?: number
  readonly [member: string]: unknown
}

/** Something that goes on over the line, also after the connection broke. */
export interface LineUser {
  /** What to say when a connection is open, with where to go on. */
  request(): object
  take(answer: LiveAnswer): void
  fail(error: unknown): void
}

export interface LiveLineComponents {
  http: HttpClient
  retries: Retries
  clock: Pick<Clock, 'wait'>
  open: (address: string) => WebSocket
}

/** Without a word for so long the connection is taken for lost; nodes say something every 15 s unless told otherwise. */
const SILENCE_MS_MAX = 60_000
const OPEN = 1
const FINAL_CODES = { from: 4_400, to: 4_499 } as const

/**
 * One connection to `/v1/live` for all that goes on over it.
 *
 * 1. It is open while somebody uses it, and opened again after it broke: everybody says again what they want.
 * 2. What connecting again cannot mend ends all who use it, with the reason.
 */
export class LiveLine {
  readonly #components: LiveLineComponents
  readonly #address: string
  readonly #users = new Set<LineUser>()
  readonly #closing = new AbortController()
  #socket: WebSocket | undefined
  #running: Promise<void> | undefined

  constructor(components: LiveLineComponents, { url }: { url: string }) {
    this.#components = components
    this.#address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/v1/live`
  }

  use(user: LineUser): void {
    if (this.#closing.signal.aborted) throw lineClosed()
    this.#users.add(user)
    if (this.#running === undefined) this.#running = this.#run()
    else this.say(user.request())
  }

  /** The last one to leave hangs up. */
  leave(user: LineUser, farewell: object): void {
    if (!this.#users.delete(user)) return
    this.say(farewell)
    if (this.#users.size === 0) this.#socket?.close()
  }

  /** Only while connected: after that `request` says it again. */
  say(message: object): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message))
  }

  async close(): Promise<void> {
    this.#closing.abort(lineClosed())
    this.#socket?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { retries } = this.#components
    const { signal } = this.#closing
    try {
      for (let tries = 0; this.#users.size > 0 && !signal.aborted; tries += 1) {
        const wasOpen = await this.#connectOnce()
        if (wasOpen) tries = 0
        if (this.#users.size > 0 && !signal.aborted) await retries.pause(tries, signal)
      }
      if (signal.aborted) this.#failAll(signal.reason)
    } catch (error) {
      this.#failAll(signal.aborted ? signal.reason : error)
    } finally {
      this.#running = undefined
    }
  }

  /** Whether the connection was open before it ended. Throws what connecting again cannot mend. */
  async #connectOnce(): Promise<boolean> {
    const { http, open } = this.#components
    const { signal } = this.#closing
    let ticket: string
    try {
      ticket = (await http.json<{ ticket: string }>({ method: 'POST', target: '/v1/live/tickets', signal })).ticket
    } catch (error) {
      if (mayPass(error)) return false
      throw error
    }
    const socket = open(`${this.#address}?ticket=${encodeURIComponent(ticket)}`)
    this.#socket = socket
    const ended = new AbortController()
    let wasOpen = false
    let heard = 0
    socket.onopen = () => {
      wasOpen = true
      for (const user of this.#users) this.say(user.request())
      void this.#listenFor(() => heard, socket, ended.signal)
    }
    socket.onmessage = ({ data }) => {
      heard += 1
      const answer: LiveAnswer = JSON.parse(String(data))
      for (const user of this.#users) user.take(answer)
    }
    // What went wrong stands in the close that follows.
    socket.onerror = () => {}
    const { code, reason } = await new Promise<{ code: number; reason: string }>((resolve) => {
      socket.onclose = resolve
    })
    ended.abort()
    this.#socket = undefined
    if (code < FINAL_CODES.from || code > FINAL_CODES.to) return wasOpen
    throw new HcfsError('CONNECTION_LOST', `The node ended the live connection: ${reason || code}`, {
      details: { code }
    })
  }

  async #listenFor(heard: () => number, socket: WebSocket, signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = heard()
      try {
        await this.#components.clock.wait(SILENCE_MS_MAX, { signal })
      } catch {
        // The connection has ended.
        return
      }
      if (heard() === before) return socket.close()
    }
  }

  #failAll(error: unknown): void {
    for (const user of this.#users) user.fail(error)
    this.#users.clear()
  }
}

function lineClosed(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'This connection was closed; connect again')
}
