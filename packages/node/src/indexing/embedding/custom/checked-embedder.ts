import { HcfsError } from '@hcfs/core'
import { assertNotAborted } from '../aborted-embedding.ts'
import type { Embedder, EmbedOptions } from '../embedder.ts'
import { checkedVectors } from '../unit-vector.ts'

/** An embedder of somebody else, of whose vectors nothing is taken on trust. They need not have unit length. */
export class CheckedEmbedder implements Embedder {
  readonly id: string
  readonly digest: string
  readonly dimensions: number
  readonly maxInputTokens: number
  readonly #inner: Embedder

  constructor(inner: Embedder) {
    assertEmbedder(inner)
    this.id = inner.id
    this.digest = inner.digest
    this.dimensions = inner.dimensions
    this.maxInputTokens = inner.maxInputTokens
    this.#inner = inner
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<readonly Float32Array[]> {
    assertNotAborted(options.signal)
    if (texts.length === 0) return []
    const vectors: unknown = await this.#inner.embed(texts, options)
    return checkedVectors(vectors, { embedder: this.id, count: texts.length, dimensions: this.dimensions })
  }

  async close(): Promise<void> {
    await this.#inner.close?.()
  }
}

function assertEmbedder(given: unknown): asserts given is Embedder {
  const value: Record<string, unknown> = typeof given === 'object' && given !== null ? { ...spread(given) } : {}
  for (const name of ['id', 'digest']) {
    if (typeof value[name] !== 'string' || value[name] === '') throw invalid(`${name} must be a text that is not empty`)
  }
  for (const name of ['dimensions', 'maxInputTokens']) {
    if (!Number.isSafeInteger(value[name]) || Number(value[name]) < 1)
      throw invalid(`${name} must be a whole number above 0`)
  }
  if (typeof value['embed'] !== 'function') throw invalid('embed must be a function')
}

/** Also what stands in a class: getters and methods are not the object's own. */
function spread(value: object): Record<string, unknown> {
  const names = ['id', 'digest', 'dimensions', 'maxInputTokens', 'embed']
  return Object.fromEntries(names.map((name) => [name, Reflect.get(value, name)]))
}

function invalid(what: string): HcfsError {
  return new HcfsError('EMBEDDER_INVALID', `This is no embedder: ${what}`)
}
