import { assertNotAborted } from '../aborted-embedding.ts'
import type { Embedder, EmbedOptions } from '../embedder.ts'
import { HashedVectors } from './hashed-vectors.ts'
import { BUILTIN_DIMENSIONS } from './word-features.ts'

/**
 * The embedder that is always there: signed feature hashing of words, word pairs
 * and letter groups. It knows no meaning: two texts are near when they use the
 * same words, also inflected or misspelt.
 *
 * The same text has the same vector on every machine. Whoever changes anything
 * below this folder that changes a vector gives it another `id`; the golden
 * vectors in `fixtures/embedding` tell.
 */
export class BuiltinEmbedder implements Embedder {
  readonly id = 'builtin/1'
  readonly digest = 'builtin/1'
  readonly dimensions = BUILTIN_DIMENSIONS
  readonly maxInputTokens = Number.MAX_SAFE_INTEGER
  readonly isImmediate = true
  readonly #vectors = new HashedVectors()

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<readonly Float32Array[]> {
    return texts.map((text) => {
      assertNotAborted(signal)
      return this.#vectors.vectorOf(text)
    })
  }
}
