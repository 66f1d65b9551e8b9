import { HcfsError } from '@hcfs/core'
import type { Transport, TransportRequest, TransportResponse } from './transport.ts'

export interface UrlPlace {
  /** Where the node's network face listens: `http://127.0.0.1:7070`. */
  readonly url: string
  /** An API key of that node. */
  readonly key?: string
}

/** HTTP by the platform's own `fetch`: the same in Node and in browsers. */
export class UrlTransport implements Transport {
  readonly #origin: string
  readonly #key: string | undefined
  readonly #closing = new AbortController()

  constructor({ url, key }: UrlPlace) {
    this.#origin = originOf(url)
    this.#key = key
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#closing.signal.aborted) throw connectionClosed()
    const hangUp = new AbortController()
    try {
      const init = this.#initOf(request, hangUp.signal)
      const { status, headers, body } = await fetch(this.#origin + request.target, init)
      return { status, headers, body: this.#bodyOf(body, request, hangUp) }
    } catch (error) {
      throw this.#failure(error, request)
    }
  }

  /** The node is on another machine, so a name means there what it says. */
  fileName(file: string): string {
    return file
  }

  async close(): Promise<void> {
    this.#closing.abort()
  }

  #initOf({ method, headers, body, signal }: TransportRequest, hangUp: AbortSignal): RequestInit {
    const signals = [this.#closing.signal, hangUp, ...(signal ? [signal] : [])]
    return {
      method,
      headers: { ...headers, ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }) },
      signal: AbortSignal.any(signals),
      // A credential goes to nobody else, and a browser's own stay out of it.
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      ...(body !== undefined && { body })
    }
  }

  async *#bodyOf(
    body: ReadableStream<Uint8Array> | null,
    request: TransportRequest,
    hangUp: AbortController
  ): AsyncGenerator<Uint8Array> {
    if (body === null) return
    const reader = body.getReader()
    let isDone = false
    try {
      for (;;) {
        const { value, done } = await reader.read()
        isDone = done
        if (done) return
        yield value
      }
    } catch (error) {
      isDone = true
      throw this.#failure(error, request)
    } finally {
      // Cancelling alone would keep the connection, and the node at work.
      if (!isDone) hangUp.abort()
    }
  }

  #failure(cause: unknown, { signal }: TransportRequest): HcfsError {
    if (cause instanceof HcfsError) return cause
    if (signal?.aborted === true) {
      return new HcfsError('OPERATION_ABORTED', 'The caller gave up on this call', { cause: signal.reason })
    }
    if (this.#closing.signal.aborted) return connectionClosed()
    const details = { origin: this.#origin }
    const text = 'No connection to the node, or it broke; look whether it runs, then repeat'
    return new HcfsError('CONNECTION_LOST', text, { cause, details })
  }
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isPlain = parsed?.username === '' && parsed.search === '' && parsed.hash === ''
  if (isPlain && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) {
    return parsed.origin + parsed.pathname.replace(/\/+$/, '')
  }
  throw new HcfsError('BAD_REQUEST', 'url is the address of a node, such as http://127.0.0.1:7070; the key is apart')
}

function connectionClosed(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'This connection was closed; connect again')
}
