/** Which embedder a node uses, as data from its configuration. */
export type EmbedderSpec = BuiltinSpec | HttpSpec | TransformersSpec | CustomSpec

export interface BuiltinSpec {
  readonly kind: 'builtin'
}

/** Put before each text; many models want one, such as `query: ` and `passage: `. */
export interface Prefixes {
  readonly queryPrefix?: string
  readonly documentPrefix?: string
}

export interface HttpSpec extends Prefixes {
  readonly kind: 'http'
  /** The whole address, such as `http://127.0.0.1:11434/v1/embeddings`, with what stands behind a `?` where a server wants it. */
  readonly url: string
  readonly model: string
  /** The environment variable that holds the key. The key itself is never in a configuration. @default no key is sent */
  readonly keyEnv?: string
  /** `api-key` is what Azure wants. @default 'authorization' */
  readonly keyHeader?: 'authorization' | 'api-key'
  /** @default as many as the server gives for a first text */
  readonly dimensions?: number
  /** Asks the server for that many, for models that can shorten their vectors. @default false */
  readonly requestDimensions?: boolean
  /** Asks for base64 instead of decimal digits, which is a quarter of the bytes, where a server offers it. @default false */
  readonly base64?: boolean
  /** @default 512 */
  readonly maxInputTokens?: number
}

export interface TransformersSpec extends Prefixes {
  readonly kind: 'transformers'
  /** Holds `config.json`, `tokenizer.json`, `tokenizer_config.json` and `onnx/model.onnx`, as models are published. */
  readonly folder: string
  /** Which of the files in `onnx/`: `fp32` is `model.onnx`, `q8` is `model_quantized.onnx`. @default 'fp32' */
  readonly dtype?: 'fp32' | 'fp16' | 'q8' | 'q4'
  /** @default 'mean' */
  readonly pooling?: 'mean' | 'cls'
}

export interface CustomSpec {
  readonly kind: 'custom'
  /** The path or address of a module that exports `createEmbedder(): Embedder | Promise<Embedder>`. */
  readonly module: string
}
