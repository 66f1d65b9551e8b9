import type { Clock, NodeLimits } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { EmbedderLimits } from '../embedding/embedder-environment.ts'
import { CircuitBreaker } from '../embedding/http/circuit-breaker.ts'
import { EmbeddingServer } from '../embedding/http/embedding-server.ts'
import type { Reranker } from './reranker.ts'
import type { RerankerSpec } from './reranker-spec.ts'

export interface HttpRerankerComponents {
  readonly clock: Clock
  /** Where the key comes from. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly limits: EmbedderLimits & Pick<NodeLimits, 'rerankTimeoutMs'>
}

/**
 * A cross-encoder behind a server. Somebody waits for the answer, so a question is
 * asked once: a server that fails is asked again with the next one, and left alone
 * for a while when it fails too often.
 */
export class HttpReranker implements Reranker {
  readonly #spec: RerankerSpec
  readonly #components: HttpRerankerComponents
  readonly #breaker: CircuitBreaker

  constructor(spec: RerankerSpec, components: HttpRerankerComponents) {
    const { clock, limits } = components
    this.#spec = spec
    this.#components = components
    this.#breaker = new CircuitBreaker(clock, { failuresMax: limits.embedFailuresMax, breakMs: limits.embedBreakMs })
  }

  async scores(
    question: string,
    texts: readonly string[],
    { signal }: { readonly signal: AbortSignal }
  ): Promise<readonly number[]> {
    const server = this.#server()
    if (!this.#breaker.mayAsk()) throw unavailable('failed too often, and is left alone for a while')
    const { model, format = 'documents' } = this.#spec
    const answer = await server.ask({ ...(model && { model }), query: question, [format]: texts }, signal)
    if ('failure' in answer) {
      this.#breaker.failed()
      throw unavailable(answer.failure.reason)
    }
    this.#breaker.succeeded()
    return scoresIn(answer.body, texts.length)
  }

  #server(): EmbeddingServer {
    const { clock, variables, limits } = this.#components
    const { url, keyEnv } = this.#spec
    const key = keyEnv === undefined ? undefined : variables[keyEnv]
    if (keyEnv !== undefined && (key === undefined || key === '')) {
      throw unavailable(`has no key: the environment variable ${keyEnv} holds none`)
    }
    return new EmbeddingServer(clock, {
      name: 're-ranker',
      url,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      limits: { ...limits, embedTimeoutMs: limits.rerankTimeoutMs }
    })
  }
}

/** `{ results: [{ index, relevance_score }] }`, or `[{ index, score }]`, in any order. */
function scoresIn(body: unknown, count: number): number[] {
  const rows: unknown = isRecord(body) && !isList(body) ? body['results'] : body
  if (!isList(rows) || rows.length !== count) throw unreadable(count)
  const scores: number[] = new Array<number>(count).fill(Number.NaN)
  for (const row of rows) {
    if (!isRecord(row)) throw unreadable(count)
    const index = Number(row['index'])
    if (Object.hasOwn(scores, index)) scores[index] = Number(row['relevance_score'] ?? row['score'])
  }
  if (!scores.every(Number.isFinite)) throw unreadable(count)
  return scores
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function unavailable(why: string): HcfsError {
  return new HcfsError('EMBEDDER_UNAVAILABLE', `The re-ranker ${why}`)
}

function unreadable(count: number): HcfsError {
  return new HcfsError('EMBEDDING_INVALID', `The re-ranker did not answer with ${count} scores, one for each text`)
}
