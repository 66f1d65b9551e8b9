import { HcfsError, hashCborHex } from '@hcfs/core'
import { abortedEmbedding, assertNotAborted } from '../aborted-embedding.ts'
import type { Embedder, EmbedOptions } from '../embedder.ts'
import type { EmbedderEnvironment } from '../embedder-environment.ts'
import type { HttpSpec } from '../embedder-spec.ts'
import { checkedVectors } from '../unit-vector.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { vectorsInAnswer } from './embedding-answer.ts'
import type { PassingFailure } from './embedding-server.ts'
import { EmbeddingServer } from './embedding-server.ts'
import { retryPauseMs } from './retry-pause.ts'
import { textBatches } from './text-batches.ts'

const INPUT_TOKENS = 512

/**
 * Any server that speaks OpenAI's `/v1/embeddings`.
 *
 * 1. One request at a time for each `embed`; the texts of a failed one are sent
 *    again, those of earlier ones are not.
 * 2. The key is sent and nothing else is done with it: it is in no error and no log.
 */
export class HttpEmbedder implements Embedder {
  readonly id: string
  readonly digest: string
  readonly maxInputTokens: number
  readonly #spec: HttpSpec
  readonly #environment: EmbedderEnvironment
  readonly #server: EmbeddingServer
  readonly #breaker: CircuitBreaker
  #dimensions: number | undefined

  private constructor(spec: HttpSpec, environment: EmbedderEnvironment) {
    const { model, dimensions, queryPrefix = '', documentPrefix = '', maxInputTokens = INPUT_TOKENS } = spec
    const { clock, limits } = environment
    this.id = `http/${model}`
    this.digest = hashCborHex({ model, dimensions: dimensions ?? null, queryPrefix, documentPrefix })
    this.maxInputTokens = maxInputTokens
    this.#spec = spec
    this.#environment = environment
    this.#dimensions = dimensions
    this.#server = new EmbeddingServer(clock, { url: spec.url, headers: keyHeaders(spec, environment), limits })
    this.#breaker = new CircuitBreaker(clock, { failuresMax: limits.embedFailuresMax, breakMs: limits.embedBreakMs })
  }

  /** Asks the server for a first vector where the settings do not say how many dimensions there are. */
  static async open(spec: HttpSpec, environment: EmbedderEnvironment): Promise<HttpEmbedder> {
    const embedder = new HttpEmbedder(spec, environment)
    if (embedder.#dimensions === undefined) {
      const { signal } = environment
      const [vector] = await embedder.embed(['dimensions'], signal === undefined ? {} : { signal })
      embedder.#dimensions = vector?.length
    }
    return embedder
  }

  get dimensions(): number {
    return this.#dimensions ?? 0
  }

  async embed(texts: readonly string[], { signal, purpose = 'document' }: EmbedOptions = {}) {
    assertNotAborted(signal)
    const { queryPrefix = '', documentPrefix = '' } = this.#spec
    const { embedBatchTextsMax, embedBatchBytesMax } = this.#environment.limits
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix
    const prefixed = texts.map((text) => prefix + text)
    const vectors: Float32Array[] = []
    for (const batch of textBatches(prefixed, { textsMax: embedBatchTextsMax, bytesMax: embedBatchBytesMax })) {
      const answer = await this.#ask(batch, signal)
      const expected = { embedder: this.id, count: batch.length, dimensions: this.#dimensions }
      vectors.push(...checkedVectors(vectorsInAnswer(answer, batch.length), expected))
    }
    return vectors
  }

  async #ask(texts: readonly string[], signal: AbortSignal | undefined): Promise<unknown> {
    for (let failures = 1; ; failures += 1) {
      if (!this.#breaker.mayAsk())
        throw this.#unavailable({ reason: 'failed too often, and is left alone for a while' })
      const answer = await this.#askOnce(texts, signal)
      if ('body' in answer) return answer.body
      await this.#pause(answer.failure, failures, signal)
    }
  }

  async #askOnce(texts: readonly string[], signal: AbortSignal | undefined) {
    try {
      const answer = await this.#server.ask(this.#request(texts), signal)
      if ('body' in answer) this.#breaker.succeeded()
      else this.#breaker.failed()
      return answer
    } catch (error) {
      throw signal?.aborted === true ? abortedEmbedding(signal) : error
    }
  }

  async #pause(failure: PassingFailure, failures: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random, limits, log } = this.#environment
    const { embedTriesMax, embedRetryPauseMsMax } = limits
    const asked = failure.retryAfterMs ?? 0
    if (failures >= embedTriesMax || asked > embedRetryPauseMsMax) throw this.#unavailable(failure)
    const pauseMs = Math.max(asked, retryPauseMs(failures, embedRetryPauseMsMax, random))
    log.debug('embedding-retried', { embedder: this.id, reason: failure.reason, failures, pauseMs })
    try {
      await clock.wait(pauseMs, signal === undefined ? {} : { signal })
    } catch (error) {
      throw signal?.aborted === true ? abortedEmbedding(signal) : error
    }
  }

  #request(texts: readonly string[]): object {
    const { model, dimensions, requestDimensions = false, base64 = false } = this.#spec
    const asked = requestDimensions && dimensions !== undefined ? { dimensions } : {}
    return { model, input: texts, encoding_format: base64 ? 'base64' : 'float', ...asked }
  }

  #unavailable({ reason, retryAfterMs }: PassingFailure): HcfsError {
    const pause = retryAfterMs === undefined ? {} : { retryAfterMs }
    return new HcfsError('EMBEDDER_UNAVAILABLE', `The embedding server ${reason}; start it, or look into its log`, {
      details: { embedder: this.id, ...pause }
    })
  }
}

function keyHeaders({ keyEnv, keyHeader = 'authorization' }: HttpSpec, { variables }: EmbedderEnvironment) {
  if (keyEnv === undefined) return {}
  const key = variables[keyEnv]
  if (key === undefined || key === '') {
    throw new HcfsError('EMBEDDER_UNAVAILABLE', `The environment variable ${keyEnv} holds no key; set it`, {
      details: { keyEnv }
    })
  }
  return { [keyHeader]: keyHeader === 'authorization' ? `Bearer ${key}` : key }
}
