import { BuiltinEmbedder } from './builtin/builtin-embedder.ts'
import { loadEmbedderModule } from './custom/load-embedder-module.ts'
import type { Embedder } from './embedder.ts'
import type { EmbedderEnvironment } from './embedder-environment.ts'
import type { EmbedderSpec } from './embedder-spec.ts'
import { HttpEmbedder } from './http/http-embedder.ts'
import { parseEmbedderSpec } from './parse-embedder-spec.ts'
import { TransformersEmbedder } from './transformers/transformers-embedder.ts'

/** The embedder that a configuration names. For an object of the caller's own there is `CheckedEmbedder`. */
export async function createEmbedder(given: EmbedderSpec, environment: EmbedderEnvironment): Promise<Embedder> {
  const spec = parseEmbedderSpec(given)
  switch (spec.kind) {
    case 'builtin':
      return new BuiltinEmbedder()
    case 'http':
      return await HttpEmbedder.open(spec, environment)
    case 'transformers':
      return await TransformersEmbedder.open(spec)
    case 'custom':
      return await loadEmbedderModule(spec.module)
  }
}
