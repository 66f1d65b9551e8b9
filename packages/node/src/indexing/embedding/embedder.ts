/** Turns texts into vectors of one model. Vectors of different models are never compared. */
export interface Embedder {
  /** Names the model for people and in the store, for example `builtin/1`. */
  readonly id: string
  /** Changes whenever the same text would get another vector. */
  readonly digest: string
  readonly dimensions: number
  readonly maxInputTokens: number
  /** Set by one that never waits for anything, so that nobody has to watch the time. */
  readonly isImmediate?: true
  /** One vector of unit length a text, in the order of the texts. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<readonly Float32Array[]>
  close?(): Promise<void>
}

export interface EmbedOptions {
  readonly signal?: AbortSignal
  /** Some models embed a question in another way than what answers it. @default 'document' */
  readonly purpose?: 'document' | 'query'
}
