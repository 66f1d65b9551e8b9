import type { Clock } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { EmbedderLimits } from '../embedder-environment.ts'
import { retryAfterMs } from './retry-pause.ts'

export interface EmbeddingServerOptions {
  /** What people know it as. @default 'embedding server' */
  readonly name?: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly limits: EmbedderLimits
}

/** A failure that may pass: asking again is worth it, after the pause that the server asked for. */
export interface PassingFailure {
  readonly reason: string
  readonly retryAfterMs?: number | undefined
}

export type ServerAnswer = { readonly body: unknown } | { readonly failure: PassingFailure }

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 429])

/**
 * One request, and what came of it. What the server said in an error is not
 * passed on: it may quote the texts that were sent, or the key.
 */
export class EmbeddingServer {
  readonly #clock: Clock
  readonly #options: EmbeddingServerOptions

  constructor(clock: Clock, options: EmbeddingServerOptions) {
    this.#clock = clock
    this.#options = options
  }

  get #name(): string {
    return this.#options.name ?? 'embedding server'
  }

  async ask(request: object, signal: AbortSignal | undefined): Promise<ServerAnswer> {
    const { limits } = this.#options
    const end = new AbortController()
    const deadline = this.#clock.wait(limits.embedTimeoutMs, { signal: end.signal })
    deadline.then(
      () => end.abort(),
      () => {}
    )
    try {
      const response = await this.#send(
        request,
        signal === undefined ? end.signal : AbortSignal.any([signal, end.signal])
      )
      return await this.#read(response)
    } catch (error) {
      if (error instanceof HcfsError || signal?.aborted === true) throw error
      return { failure: { reason: end.signal.aborted ? 'did not answer in time' : 'cannot be reached' } }
    } finally {
      end.abort()
    }
  }

  #send(request: object, signal: AbortSignal): Promise<Response> {
    const { url, headers } = this.#options
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(request),
      // Followed, a redirect would carry texts and key to a host that nobody configured.
      redirect: 'manual',
      signal
    })
  }

  async #read(response: Response): Promise<ServerAnswer> {
    const { status } = response
    if (response.ok) return { body: parseJson(await this.#text(response), this.#name) }
    await response.body?.cancel()
    if (status >= 500 || RETRYABLE_STATUS.has(status)) {
      const pauseMs = retryAfterMs(response.headers.get('retry-after'), this.#clock.now())
      return { failure: { reason: `answered with status ${status}`, retryAfterMs: pauseMs } }
    }
    throw new HcfsError(
      'EMBEDDER_REFUSED',
      `The ${this.#name} answered with status ${status}; check the address, the model and the key`,
      { details: { status } }
    )
  }

  async #text(response: Response): Promise<string> {
    const { embedAnswerBytesMax } = this.#options.limits
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > embedAnswerBytesMax) {
        throw new HcfsError('EMBEDDING_INVALID', `The ${this.#name} answers with more than embedAnswerBytesMax`)
      }
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  }
}

function parseJson(text: string, server: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new HcfsError('EMBEDDING_INVALID', `The ${server} did not answer with JSON; check the address`)
  }
}
