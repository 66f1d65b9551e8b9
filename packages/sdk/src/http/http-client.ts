import type { By } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Transport, TransportRequest, TransportResponse } from '../transport/transport.ts'
import { callerHeaders } from './caller-headers.ts'
import { errorOfProblem } from './problem.ts'
import type { ServerSentEvent } from './server-sent-events.ts'
import { serverSentEvents } from './server-sent-events.ts'
import { textLines, wholeText } from './text-lines.ts'

/** A request as the client's methods say it. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST'
  readonly target: string
  readonly json?: unknown
  /** What the JSON is. @default 'application/json' */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Who asks, beside what the connection says. */
  readonly by?: By | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpClientOptions {
  /** Who asks, when a call does not say. */
  readonly by?: By
}

/**
 * Speaks the node's HTTP contract over any transport. What the node answers is
 * taken for what its contract says; only errors are read with care, because a
 * newer node may have new ones.
 */
export class HttpClient {
  readonly #transport: Transport
  readonly #by: By

  constructor({ transport }: { transport: Transport }, { by = {} }: HttpClientOptions = {}) {
    this.#transport = transport
    this.#by = by
  }

  /** One request, one answer in JSON. */
  async json<Answer>(call: Call): Promise<Answer> {
    const { body } = await this.#send(call, false)
    return JSON.parse(await wholeText(body))
  }

  /** Items as they come, one JSON text per line. A line that holds an error ends them with it. */
  async *items<Item>(call: Call): AsyncGenerator<Item> {
    const { body } = await this.#send(call, true)
    for await (const line of textLines(body)) {
      const item: Item | { readonly error: unknown } = JSON.parse(line)
      if (isFailure(item)) throw HcfsError.fromJSON(item.error)
      yield item
    }
  }

  async *events(call: Call): AsyncGenerator<ServerSentEvent> {
    const { body } = await this.#send(call, true)
    for await (const event of serverSentEvents(textLines(body))) {
      if (event.name === 'error') throw HcfsError.fromJSON(JSON.parse(event.data))
      yield event
    }
  }

  async #send(
    { method, target, json, type, headers, by, signal }: Call,
    isStream: boolean
  ): Promise<TransportResponse> {
    const request: TransportRequest = {
      method,
      target,
      headers: {
        ...callerHeaders({ ...this.#by, ...by }),
        ...(json !== undefined && { 'content-type': type ?? 'application/json' }),
        ...headers
      },
      isStream,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(signal && { signal })
    }
    const response = await this.#transport.send(request)
    if (response.status < 400) return response
    throw errorOfProblem(await wholeText(response.body), response.status)
  }
}

function isFailure<Item>(item: Item | { readonly error: unknown }): item is { readonly error: unknown } {
  return typeof item === 'object' && item !== null && 'error' in item
}
