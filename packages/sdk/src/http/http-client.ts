import type { By, Token } from '@hcfs/core'
import { HcfsError, sha256Hex } from '@hcfs/core'
import type { Transport, TransportRequest, TransportResponse } from '../transport/transport.ts'
import { callerHeaders } from './caller-headers.ts'
import { KnownAnswers } from './known-answers.ts'
import { errorOfProblem } from './problem.ts'
import { resultOf } from './progress.ts'
import type { Retries } from './retries.ts'
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
  /** A read that should see what this client wrote. */
  readonly seesWrites?: boolean
  /** Who asks, beside what the connection says. */
  readonly by?: By | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpClientComponents {
  transport: Transport
  /** Absent where a failure is the caller's at once: on one machine a node is there or not. */
  retries?: Retries
}

export interface HttpClientOptions {
  /** Who asks, when a call does not say. */
  readonly by?: By
}

const DIGEST_HEADER = 'hcfs-content-sha256'

/**
 * Speaks the node's HTTP contract over any transport. What the node answers is
 * taken for what its contract says; only errors are read with care, because a
 * newer node may have new ones.
 *
 * 1. With `retries`, a call is repeated after failures that may pass: reads, and writes that the node makes once.
 * 2. With `retries`, reads see what this client wrote, also where another node of the network answers.
 * 3. An answer with a digest is compared with it.
 */
export class HttpClient {
  readonly #transport: Transport
  readonly #retries: Retries | undefined
  readonly #known = new KnownAnswers()
  readonly #by: By
  #lastWrite: Token | undefined

  constructor({ transport, retries }: HttpClientComponents, { by = {} }: HttpClientOptions = {}) {
    this.#transport = transport
    this.#retries = retries
    this.#by = by
  }

  get retries(): Retries | undefined {
    return this.#retries
  }

  /** From now on reads see at least this. */
  wrote(token: Token): void {
    this.#lastWrite = token
  }

  /** One request, one answer in JSON. */
  async json<Answer>(call: Call): Promise<Answer> {
    return JSON.parse(await this.#text(call))
  }

  /** The same, of a read whose answer has an entity tag: what has not changed is not sent again. */
  async confirmed<Answer>(call: Call): Promise<Answer> {
    if (this.#retries === undefined) return this.json<Answer>(call)
    return JSON.parse(await this.#retried(call, (each) => this.#confirmedText(each)))
  }

  /** Items as they come, one JSON text per line. A line that holds an error ends them with it. */
  async *items<Item>(call: Call): AsyncGenerator<Item> {
    const { body } = await this.#opened(call)
    yield* itemsIn<Item>(body)
  }

  /** What comes at the end of a call that tells its progress. Asked for again, it is the same call, which goes on meanwhile. */
  result<Progress, Result>(call: Call, onProgress: ((progress: Progress) => void) | undefined): Promise<Result> {
    return this.#retried(call, async (each) => {
      const { body } = await this.#send(each, true)
      return resultOf(itemsIn<{ progress: Progress } | { result: Result }>(body), onProgress)
    })
  }

  async *events(call: Call): AsyncGenerator<ServerSentEvent> {
    const { body } = await this.#send(call, true)
    for await (const event of serverSentEvents(textLines(body))) {
      if (event.name === 'error') throw HcfsError.fromJSON(JSON.parse(event.data ?? 'null'))
      yield event
    }
  }

  #text(call: Call): Promise<string> {
    return this.#retried(call, async (each) => checkedText(await this.#send(each, false)))
  }

  /** A stream that never began can be asked for again, if asking changes nothing. */
  #opened(call: Call): Promise<TransportResponse> {
    if (call.method !== 'GET' && call.seesWrites !== true) return this.#send(call, true)
    return this.#retried(call, (each) => this.#send(each, true))
  }

  async #retried<Result>(call: Call, send: (call: Call) => Promise<Result>): Promise<Result> {
    const retries = this.#retries
    if (retries === undefined) return send(call)
    const named =
      call.method === 'GET' ? call : { ...call, headers: { ...call.headers, 'idempotency-key': retries.newKey() } }
    return retries.run(() => send(named), call.signal)
  }

  async #confirmedText(call: Call): Promise<string> {
    const known = this.#known.find(call.target)
    const headers = { ...call.headers, ...(known && { 'if-none-match': known.entityTag }) }
    const response = await this.#send({ ...call, headers }, false)
    if (response.status === 304 && known !== undefined) {
      await wholeText(response.body)
      return known.text
    }
    const text = await checkedText(response)
    const entityTag = response.headers.get('etag')
    if (entityTag !== null) this.#known.keep(call.target, { entityTag, text })
    return text
  }

  async #send(call: Call, isStream: boolean): Promise<TransportResponse> {
    const { method, target, json, signal } = call
    const request: TransportRequest = {
      method,
      target,
      headers: this.#headersOf(call),
      isStream,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(signal && { signal })
    }
    const response = await this.#transport.send(request)
    if (response.status < 400) return response
    throw errorOfProblem(await wholeText(response.body), response.status)
  }

  #headersOf({ json, type, headers, by, seesWrites }: Call): Record<string, string> {
    const isAcross = this.#retries !== undefined
    return {
      ...callerHeaders({ ...this.#by, ...by }),
      ...(json !== undefined && { 'content-type': type ?? 'application/json' }),
      ...(isAcross && { 'hcfs-want-digest': 'sha-256' }),
      ...(isAcross && seesWrites === true && this.#lastWrite !== undefined && { 'hcfs-after': this.#lastWrite }),
      ...headers
    }
  }
}

async function checkedText({ headers, body }: TransportResponse): Promise<string> {
  const text = await wholeText(body)
  const digest = headers.get(DIGEST_HEADER)
  if (digest === null || digest === sha256Hex(new TextEncoder().encode(text))) return text
  throw new HcfsError('CONNECTION_LOST', 'What arrived is not what the node sent; ask again')
}

async function* itemsIn<Item>(body: AsyncIterable<Uint8Array>): AsyncGenerator<Item> {
  for await (const line of textLines(body)) {
    const item: Item | { readonly error: unknown } = JSON.parse(line)
    if (isFailure(item)) throw HcfsError.fromJSON(item.error)
    yield item
  }
}

function isFailure<Item>(item: Item | { readonly error: unknown }): item is { readonly error: unknown } {
  return typeof item === 'object' && item !== null && 'error' in item
}
