import type { Clock, Logger, NodeLimits, Random } from '@hcfs/core'
import type { VectorService } from '@hcfs/vector'
import type { Remote } from './compute/compute.ts'
import type { Embedder } from './indexing/embedding/embedder.ts'
import type { EmbedderSpec } from './indexing/embedding/embedder-spec.ts'
import type { IndexService } from './indexing/index-service.ts'
import { IndexVectorSource } from './indexing/index-vector-source.ts'
import { VectorFollower } from './indexing/vector-follower.ts'
import { VectorShardClient } from './indexing/vector-shard-client.ts'
import type { IndexVectors } from './query/local-index.ts'

/** An embedder, and the settings that made it. */
export interface ReadyEmbedder {
  readonly spec: EmbedderSpec
  readonly embedder: Embedder
}

export interface VectorsComponents {
  readonly index: Remote<IndexService>
  readonly service: Remote<VectorService>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: NodeLimits
  readonly onDeath: (error: unknown) => void
}

export interface VectorsSettings extends ReadyEmbedder {
  /** Names them among those of one index. */
  readonly shard: string
  /** Where they are saved; nowhere when left out. */
  readonly directory?: string
}

export interface RunningVectors extends IndexVectors {
  /** Ends the follower, which saves what is not saved and closes the shard. */
  stop(): Promise<void>
}

/** What a list of vectors counts for beside the text's 1: the builtin embedder knows words, not meanings. */
const BUILTIN_WEIGHT = 0.35
const MODEL_WEIGHT = 1
/** What unrelated texts reach, by embedder: few letter groups in common for the builtin one, much for models. */
const BUILTIN_UNRELATED_COSINE = 0.1
const MODEL_UNRELATED_COSINE = 0.3

/** The vectors of one model: embeds what has none, follows it, and answers. */
export async function startVectors(
  components: VectorsComponents,
  { shard: name, directory, spec, embedder }: VectorsSettings
): Promise<RunningVectors> {
  const { index, service, clock, random, log, limits, onDeath } = components
  const model = modelNameOf(embedder)
  await index.call('openModel', [{ model, embedder: threadSpec({ spec, embedder }) }])
  const { id, digest, dimensions } = embedder
  const shard = new VectorShardClient(
    { service, log },
    { shard: name, model: { id, digest }, dimensions, ...(directory !== undefined && { directory }) }
  )
  const source = new IndexVectorSource(index, model)
  const follower = new VectorFollower({ source, sink: shard, clock, random, logger: log, onDeath }, limits)
  const stopping = new AbortController()
  const running = follower.run(stopping.signal)
  const isBuiltin = spec.kind === 'builtin'
  return {
    model,
    shard,
    follower,
    embedder,
    weight: isBuiltin ? BUILTIN_WEIGHT : MODEL_WEIGHT,
    unrelatedCosine: isBuiltin ? BUILTIN_UNRELATED_COSINE : MODEL_UNRELATED_COSINE,
    stop: async () => {
      stopping.abort()
      await running
    }
  }
}

/** Under which the index keeps vectors. */
export function modelNameOf({ id, digest }: Embedder): string {
  return `${id} ${digest}`
}

/** The thread of the index need not ask the server once more how long its vectors are. */
function threadSpec({ spec, embedder }: ReadyEmbedder): EmbedderSpec {
  return spec.kind === 'http' ? { ...spec, dimensions: embedder.dimensions } : spec
}
