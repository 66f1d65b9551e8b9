import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Logger, NodeLimits, Random } from '@hcfs/core'
import type { VectorService } from '@hcfs/vector'
import type { Compute, Remote } from './compute/compute.ts'
import { siblingModule } from './compute/sibling-module.ts'
import { EmbedderSource } from './indexing/embedder-source.ts'
import { createEmbedder } from './indexing/embedding/create-embedder.ts'
import type { Embedder } from './indexing/embedding/embedder.ts'
import type { EmbedderSpec } from './indexing/embedding/embedder-spec.ts'
import { parseEmbedderSpec } from './indexing/embedding/parse-embedder-spec.ts'
import { IndexDatabase } from './indexing/index-database/index-database.ts'
import type { IndexService } from './indexing/index-service.ts'
import { IndexVectorSource } from './indexing/index-vector-source.ts'
import { VectorFollower } from './indexing/vector-follower.ts'
import { VectorShardClient } from './indexing/vector-shard-client.ts'
import type { IndexThreads } from './query/local-index.ts'
import type { QueryService } from './query/query-service.ts'
import type { SearchBackend } from './query/search.ts'
import type { MemoryIndexService } from './threads/memory-index-thread.ts'

export interface IndexStarterComponents {
  readonly compute: Compute
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** An embedder that was away has come: what is started from now on has it. */
  readonly onEmbedder: () => void
}

export interface IndexStarterSettings {
  readonly embedder?: EmbedderSpec
  readonly vectors?: boolean
  readonly limits: NodeLimits
}

interface StartedThreads {
  readonly index: Remote<IndexService>
  readonly queries: IndexThreads['queries']
  /** Those to close, the first one last. */
  readonly remotes: Closable[]
}

interface Closable {
  close(): Promise<void>
}

interface VectorSurroundings {
  readonly embedder: Embedder
  /** Where the vectors are saved; nowhere when left out. */
  readonly directory?: string
  readonly onDeath: (error: unknown) => void
}

/** What a list of vectors counts for beside the text's 1: the builtin embedder knows words, not meanings. */
const BUILTIN_WEIGHT = 0.35
const MODEL_WEIGHT = 1
/** What unrelated texts reach, by embedder: few letter groups in common for the builtin one, much for models. */
const BUILTIN_UNRELATED_COSINE = 0.1
const MODEL_UNRELATED_COSINE = 0.3
const MODEL_NONE = 'none'
const SHARD = 'all'

/** Starts the threads of an index, on disk or in memory, around one embedder. */
export class IndexStarter {
  readonly #components: IndexStarterComponents
  readonly #settings: IndexStarterSettings
  readonly #spec: EmbedderSpec
  readonly #embedders: EmbedderSource

  constructor(components: IndexStarterComponents, settings: IndexStarterSettings) {
    this.#components = components
    this.#settings = settings
    this.#spec = parseEmbedderSpec(settings.embedder ?? { kind: 'builtin' })
    const { clock, random, log, onEmbedder } = components
    const { limits } = settings
    this.#embedders = new EmbedderSource(
      {
        create: (signal) => createEmbedder(this.#spec, { clock, random, log, limits, signal, variables: process.env }),
        onLate: onEmbedder,
        clock,
        random,
        log
      },
      limits
    )
  }

  /** `onDeath` hears of a thread that died while nobody called it. */
  async startOnDisk(directory: string, onDeath: (error: unknown) => void): Promise<IndexThreads> {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const location = indexFileIn(directory)
    const vectors = vectorsIn(directory)
    // Labels of an index that is gone stand for nothing, or for other chunks of the next one.
    if (!existsSync(location)) rmSync(vectors, { recursive: true, force: true })
    const embedder = await this.#openEmbedder()
    return await startedOrClosed(async (remotes) => {
      const index = await this.#start<IndexService>('index', { location, ...this.#indexOptions(embedder) })
      remotes.push(index)
      const queries = await this.#start<QueryService>('query', { location })
      remotes.push(queries)
      return this.#withVectors({ index, queries, remotes }, embedder && { embedder, directory: vectors, onDeath })
    })
  }

  async startInMemory(onDeath: (error: unknown) => void = () => {}): Promise<IndexThreads> {
    const embedder = await this.#openEmbedder()
    return await startedOrClosed(async (remotes) => {
      const index = await this.#start<MemoryIndexService>('memory-index', this.#indexOptions(embedder))
      remotes.push(index)
      return this.#withVectors({ index, queries: index, remotes }, embedder && { embedder, onDeath })
    })
  }

  /** Deletes what is stored of an index. Nothing of it may run. */
  remove(directory: string): void {
    IndexDatabase.remove(indexFileIn(directory))
    rmSync(vectorsIn(directory), { recursive: true, force: true })
  }

  backendOf({ queries, vectors }: IndexThreads): SearchBackend {
    const embedder = this.#embedders.current
    if (vectors === undefined || embedder === undefined) return { queries }
    const isBuiltin = this.#spec.kind === 'builtin'
    return {
      queries,
      vectors: {
        shard: vectors.shard,
        embedder,
        weight: isBuiltin ? BUILTIN_WEIGHT : MODEL_WEIGHT,
        unrelatedCosine: isBuiltin ? BUILTIN_UNRELATED_COSINE : MODEL_UNRELATED_COSINE
      }
    }
  }

  /** Why there are no vectors, or too few; undefined while all is well. */
  failure(threads: IndexThreads | undefined): unknown {
    return this.#embedders.failure ?? threads?.vectors?.follower.failure
  }

  get embedder(): Embedder | undefined {
    return this.#embedders.current
  }

  close(): Promise<void> {
    return this.#embedders.close()
  }

  /** Undefined when it cannot be had now: words are searched without it. */
  async #openEmbedder(): Promise<Embedder | undefined> {
    return this.#settings.vectors === false ? undefined : await this.#embedders.get()
  }

  #indexOptions(embedder: Embedder | undefined): object {
    const { limits } = this.#settings
    if (embedder === undefined) return { model: MODEL_NONE, limits }
    return { model: `${embedder.id} ${embedder.digest}`, embedder: this.#threadSpec(embedder), limits }
  }

  /** The thread of the index need not ask the server once more how long its vectors are. */
  #threadSpec({ dimensions }: Embedder): EmbedderSpec {
    return this.#spec.kind === 'http' ? { ...this.#spec, dimensions } : this.#spec
  }

  #start<S extends object>(name: 'index' | 'query' | 'memory-index' | 'vector', options: object): Promise<Remote<S>> {
    const module = siblingModule(import.meta.url, `./threads/${name}-thread`)
    return this.#components.compute.start<S>({ name, module, options })
  }

  async #withVectors(started: StartedThreads, around: VectorSurroundings | undefined): Promise<IndexThreads> {
    const { index, queries, remotes } = started
    if (around === undefined) return { index, queries, close: () => closeAll(remotes) }
    const { clock, random, log: logger } = this.#components
    const { embedder, directory, onDeath } = around
    const service = await this.#start<VectorService>('vector', {})
    remotes.push(service)
    const shard = new VectorShardClient(
      { service, log: logger },
      {
        shard: SHARD,
        model: { id: embedder.id, digest: embedder.digest },
        dimensions: embedder.dimensions,
        ...(directory !== undefined && { directory })
      }
    )
    const source = new IndexVectorSource(index)
    const follower = new VectorFollower({ source, sink: shard, clock, random, logger, onDeath }, this.#settings.limits)
    const stopping = new AbortController()
    const running = follower.run(stopping.signal)
    return {
      index,
      queries,
      vectors: { shard, follower },
      close: async () => {
        stopping.abort()
        await running
        await closeAll(remotes)
      }
    }
  }
}

/** What was started before something failed does not stay behind. */
async function startedOrClosed(start: (remotes: Closable[]) => Promise<IndexThreads>): Promise<IndexThreads> {
  const remotes: Closable[] = []
  try {
    return await start(remotes)
  } catch (error) {
    await closeAll(remotes).catch(() => {})
    throw error
  }
}

/** All of them, also when one fails. */
async function closeAll(remotes: readonly Closable[]): Promise<void> {
  const failures: unknown[] = []
  for (const remote of remotes.toReversed()) await remote.close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'Some threads of the index did not close')
}

function indexFileIn(directory: string): string {
  return join(directory, 'index.db')
}

function vectorsIn(directory: string): string {
  return join(directory, 'vectors')
}
