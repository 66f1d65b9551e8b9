import type { Clock } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { WebSocket } from 'ws'
import { closeCodeOf } from './close-code.ts'

export interface LiveSocketComponents {
  socket: WebSocket
  clock: Pick<Clock, 'wait'>
  /** Falls when the server stops, with what to tell. */
  stopping: AbortSignal
}

export interface LiveSocketOptions {
  readonly heartbeatPauseMs: number
}

/** What may wait for a client that reads slowly; beyond it the client is cut. */
export const BUFFERED_BYTES_MAX: number = 8 * 1_024 * 1_024
/** Up to here a sender does not wait for its client. */
const BUFFERED_BYTES_EASY = 65_536
/** How long a paced sender waits for its client. */
const SLOW_MS_MAX = 10_000
/** What is left of a connection is cut off so long after it was closed. */
const CLOSE_MS_MAX = 1_000

/**
 * One WebSocket of a client.
 *
 * 1. What waits for the client is bounded: one that reads too slowly is cut with `LIVE_TOO_SLOW`.
 * 2. A client that answers no ping between two heartbeats is gone, and its connection with it.
 * 3. Once closed, nothing is sent, and `closed` has fallen.
 */
export class LiveSocket {
  readonly #components: LiveSocketComponents
  readonly #closed = new AbortController()
  #isAlive = true

  constructor(components: LiveSocketComponents, { heartbeatPauseMs }: LiveSocketOptions) {
    const { socket, stopping } = components
    this.#components = components
    const onStop = (): void => this.end(stopping.reason)
    stopping.addEventListener('abort', onStop, { once: true })
    socket.once('close', () => {
      stopping.removeEventListener('abort', onStop)
      this.#closed.abort()
    })
    socket.on('pong', () => {
      this.#isAlive = true
    })
    socket.on('message', () => {
      this.#isAlive = true
    })
    void this.#beat(heartbeatPauseMs)
  }

  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** For what comes at its own pace. */
  send(message: Uint8Array | string): void {
    const { socket } = this.#components
    if (this.#closed.signal.aborted || socket.readyState !== socket.OPEN) return
    socket.send(message)
    if (socket.bufferedAmount > BUFFERED_BYTES_MAX) this.end(tooSlow())
  }

  /** For what is fetched for this client: resolves when it may have the next. */
  async sent(message: string): Promise<void> {
    this.send(message)
    const { socket } = this.#components
    if (socket.bufferedAmount <= BUFFERED_BYTES_EASY) return
    await this.#drained()
  }

  /** Closes with the reason. What does not answer is cut off. */
  end(error: HcfsError): void {
    const { socket, clock } = this.#components
    if (this.#closed.signal.aborted) return
    socket.close(closeCodeOf(error), error.code)
    const { signal } = this.#closed
    clock.wait(CLOSE_MS_MAX, { signal }).then(
      () => socket.terminate(),
      () => {}
    )
  }

  async #drained(): Promise<void> {
    const { socket, clock } = this.#components
    const { signal } = this.#closed
    const drained = new AbortController()
    // An empty fragment-free ping is written behind everything that waits.
    socket.ping(undefined, undefined, () => drained.abort())
    try {
      await clock.wait(SLOW_MS_MAX, { signal: AbortSignal.any([signal, drained.signal]) })
    } catch {
      return
    }
    this.end(tooSlow())
    signal.throwIfAborted()
  }

  async #beat(pauseMs: number): Promise<void> {
    const { socket, clock } = this.#components
    const { signal } = this.#closed
    for (;;) {
      try {
        await clock.wait(pauseMs, { signal })
      } catch {
        // Closed.
        return
      }
      if (!this.#isAlive) return socket.terminate()
      this.#isAlive = false
      if (socket.readyState === socket.OPEN) socket.ping()
    }
  }
}

function tooSlow(): HcfsError {
  return new HcfsError('LIVE_TOO_SLOW', 'This connection reads more slowly than it is sent to; connect again')
}
