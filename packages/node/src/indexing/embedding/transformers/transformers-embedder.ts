import { basename, dirname, resolve } from 'node:path'
import { HcfsError, hashCborHex } from '@hcfs/core'
import type { FeatureExtractionPipeline } from '@huggingface/transformers'
import { assertNotAborted } from '../aborted-embedding.ts'
import type { Embedder, EmbedOptions } from '../embedder.ts'
import type { TransformersSpec } from '../embedder-spec.ts'
import { checkedVectors } from '../unit-vector.ts'
import { modelDigest } from './model-digest.ts'

/** A batch is padded to its longest text, so large ones waste work and memory. */
const BATCH_TEXTS_MAX = 16
const INPUT_TOKENS_MAX = 8_192

interface OpenModel {
  readonly pipeline: FeatureExtractionPipeline
  readonly digest: string
  readonly dimensions: number
}

/** A model in ONNX form, from a folder of this machine. Nothing is ever downloaded. */
export class TransformersEmbedder implements Embedder {
  readonly id: string
  readonly digest: string
  readonly dimensions: number
  readonly maxInputTokens: number
  readonly #spec: TransformersSpec
  readonly #pipeline: FeatureExtractionPipeline
  #closing: Promise<void> | undefined

  private constructor(spec: TransformersSpec, { pipeline, digest, dimensions }: OpenModel) {
    this.id = `transformers/${basename(resolve(spec.folder))}`
    this.digest = digest
    this.dimensions = dimensions
    this.maxInputTokens = Math.min(INPUT_TOKENS_MAX, pipeline.tokenizer.model_max_length ?? INPUT_TOKENS_MAX)
    this.#spec = spec
    this.#pipeline = pipeline
  }

  static async open(spec: TransformersSpec): Promise<TransformersEmbedder> {
    const { queryPrefix = '', documentPrefix = '', pooling = 'mean', dtype = 'fp32' } = spec
    const pipeline = await loadPipeline(spec)
    const files = await modelDigest(resolve(spec.folder))
    const digest = hashCborHex({ files, queryPrefix, documentPrefix, pooling, dtype })
    const probe = await pipeline(['dimensions'], { pooling })
    return new TransformersEmbedder(spec, { pipeline, digest, dimensions: probe.dims.at(-1) ?? 0 })
  }

  async embed(texts: readonly string[], { signal, purpose = 'document' }: EmbedOptions = {}) {
    const { queryPrefix = '', documentPrefix = '' } = this.#spec
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix
    const vectors: Float32Array[] = []
    for (let start = 0; start < texts.length; start += BATCH_TEXTS_MAX) {
      assertNotAborted(signal)
      const batch = texts.slice(start, start + BATCH_TEXTS_MAX).map((text) => prefix + text)
      vectors.push(...(await this.#embedBatch(batch)))
    }
    assertNotAborted(signal)
    return vectors
  }

  close(): Promise<void> {
    // The library throws when a model is disposed of twice.
    this.#closing ??= this.#pipeline.dispose().then(() => {})
    return this.#closing
  }

  async #embedBatch(texts: string[]): Promise<Float32Array[]> {
    const output = await this.#pipeline(texts, { pooling: this.#spec.pooling ?? 'mean' })
    const numbers: unknown = output.tolist()
    return checkedVectors(numbers, { embedder: this.id, count: texts.length, dimensions: this.dimensions })
  }
}

async function loadPipeline({ folder, dtype = 'fp32' }: TransformersSpec): Promise<FeatureExtractionPipeline> {
  const { env, pipeline } = await loadLibrary()
  const path = resolve(folder)
  env.allowRemoteModels = false
  env.localModelPath = dirname(path)
  try {
    return await pipeline('feature-extraction', basename(path), { dtype, local_files_only: true })
  } catch (cause) {
    const message = `No model can be loaded from ${path}; it has to hold config.json, tokenizer.json, tokenizer_config.json and the model in onnx/`
    throw new HcfsError('EMBEDDER_UNAVAILABLE', message, { cause, details: { folder: path } })
  }
}

async function loadLibrary() {
  try {
    return await import('@huggingface/transformers')
  } catch (cause) {
    const message = 'Local models need the package @huggingface/transformers; npm install @huggingface/transformers'
    throw new HcfsError('EMBEDDER_UNAVAILABLE', message, { cause })
  }
}
