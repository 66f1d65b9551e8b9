import { Readable } from 'node:stream'
import type { Clock, HcfsError, WatchedChange } from '@hcfs/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerSignal } from './caller-signal.ts'
import type { ExpectedResults, SettleAnswer } from './expected-results.ts'
import type { FaultLog } from './fault-log.ts'
import { NDJSON_TYPE, ndjson, withFirst } from './ndjson.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import { progressItems } from './progress-items.ts'
import { isFinal } from './register-idempotency.ts'
import { EVENT_STREAM_TYPE, serverSentEvents } from './server-sent-events.ts'

export interface StreamsComponents {
  clock: Pick<Clock, 'wait'>
  faults: FaultLog
  /** Falls when the server stops. Its reason is what the readers of open streams are told. */
  stopping: AbortSignal
  /** Who waits for what comes of requests with an idempotency key. */
  results: ExpectedResults
}

export interface StreamsOptions {
  heartbeatPauseMs: number
}

/** One request that is answered with a stream. */
export interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/**
 * Answers that come in parts.
 *
 * 1. What fails before the first part is a problem body with its own status;
 *    what fails later is the last part.
 * 2. The next part is made when the one before was taken: a slow reader costs no memory.
 * 3. A stream ends what feeds it when its reader hangs up or the server stops.
 */
export class Streams {
  readonly #components: StreamsComponents
  readonly #heartbeatPauseMs: number

  constructor(components: StreamsComponents, { heartbeatPauseMs }: StreamsOptions) {
    this.#components = components
    this.#heartbeatPauseMs = heartbeatPauseMs
  }

  items(exchange: Exchange, list: (signal: AbortSignal) => AsyncIterable<unknown>): Promise<FastifyReply> {
    return this.#lines(exchange, list(this.#signal(exchange)), false)
  }

  /** Lines `{"progress": …}`, then one line `{"result": …}`. */
  progress<Progress, Result>(
    exchange: Exchange,
    run: (context: { onProgress: (progress: Progress) => void; signal: AbortSignal }) => Promise<Result>
  ): Promise<FastifyReply> {
    const signal = this.#signal(exchange)
    const settle = this.#components.results.take(exchange.request.raw)
    const errorOf = this.#errorOf(exchange)
    const items = progressItems<Progress, Result>((onProgress) => {
      const running = run({ onProgress, signal })
      if (settle !== undefined) keepResult(running, settle, errorOf)
      return running
    })
    return this.#lines(exchange, items, true)
  }

  /** `position` tells where a reader that has seen nothing yet goes on. */
  events(
    exchange: Exchange,
    watch: (signal: AbortSignal) => AsyncIterable<WatchedChange>,
    position: () => number
  ): FastifyReply {
    const changes = watch(this.#signal(exchange))[Symbol.asyncIterator]()
    const errorOf = this.#errorOf(exchange)
    const { clock } = this.#components
    const events = serverSentEvents(
      untilStopped(changes, this.#components.stopping),
      { clock, errorOf, position },
      { heartbeatPauseMs: this.#heartbeatPauseMs }
    )
    return this.#send(exchange, EVENT_STREAM_TYPE, events)
  }

  async #lines(exchange: Exchange, items: AsyncIterable<unknown>, isLive: boolean): Promise<FastifyReply> {
    const iterator = items[Symbol.asyncIterator]()
    const first = await iterator.next()
    const lines = ndjson(withFirst(first, iterator), { errorOf: this.#errorOf(exchange), isLive })
    return this.#send(exchange, NDJSON_TYPE, lines)
  }

  #send({ reply }: Exchange, type: string, parts: AsyncIterable<string>): FastifyReply {
    return reply
      .type(type)
      .header('cache-control', 'no-store')
      .send(Readable.from(parts, { highWaterMark: 1 }))
  }

  #signal({ reply }: Exchange): AbortSignal {
    return AbortSignal.any([callerSignal(reply.raw), this.#components.stopping])
  }

  #errorOf({ request }: Exchange): (error: unknown) => HcfsError {
    const { faults, stopping } = this.#components
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    return (error) => faults.seen(stopping.aborted ? stopping.reason : error, route)
  }
}

/** A watch ends quietly when its signal falls; its reader has to hear that the node stopped. */
function untilStopped<Item>(items: AsyncIterator<Item>, stopping: AbortSignal): AsyncIterator<Item> {
  return {
    async next() {
      const result = await items.next()
      if (result.done === true) stopping.throwIfAborted()
      return result
    },
    return: async () => (await items.return?.()) ?? { value: undefined, done: true }
  }
}

/** The work goes on when its caller is gone, so what came of it is not the stream's to say. */
function keepResult(running: Promise<unknown>, settle: SettleAnswer, errorOf: (error: unknown) => HcfsError): void {
  running.then(
    (result) => {
      const payload = `${JSON.stringify({ result })}\n`
      settle({ status: 200, headers: { 'content-type': NDJSON_TYPE }, payload })
    },
    (error: unknown) => {
      const problem = problemOf(errorOf(error))
      const headers = { 'content-type': PROBLEM_TYPE }
      settle(
        isFinal(problem.status) ? { status: problem.status, headers, payload: JSON.stringify(problem) } : undefined
      )
    }
  )
}
