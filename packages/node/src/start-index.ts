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
import type { IndexThreads } from './query/local-index.ts'
import type { QueryService } from './query/query-service.ts'
import type { SearchBackend } from './query/search.ts'
import type { RunningIndexComponents, RunningIndexSettings } from './running-index.ts'
import { RunningIndex } from './running-index.ts'
import type { ReadyEmbedder } from './running-vectors.ts'
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

/** Starts the threads of an index, on disk or in memory, around one embedder. */
export class IndexStarter {
  readonly #components: IndexStarterComponents
  readonly #settings: IndexStarterSettings
  #spec: EmbedderSpec
  #embedders: EmbedderSource

  constructor(components: IndexStarterComponents, settings: IndexStarterSettings) {
    this.#components = components
    this.#settings = settings
    this.#spec = parseEmbedderSpec(settings.embedder ?? { kind: 'builtin' })
    const spec = this.#spec
    this.#embedders = this.#sourceOf((signal) => this.createEmbedder(spec, signal))
  }

  /** `onDeath` hears of a thread that died while nobody called it. */
  async startOnDisk(directory: string, onDeath: (error: unknown) => void): Promise<RunningIndex> {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const location = indexFileIn(directory)
    const vectors = vectorsIn(directory)
    // Labels of an index that is gone stand for nothing, or for other chunks of the next one.
    if (!existsSync(location)) rmSync(vectors, { recursive: true, force: true })
    const ready = await this.#openEmbedder()
    return await startedOrClosed(async (remotes) => {
      const index = await this.#start<IndexService>('index', { location, limits: this.#settings.limits })
      remotes.push(index)
      const queries = await this.#start<QueryService>('query', { location })
      remotes.push(queries)
      return this.#withVectors(this.#running({ index, queries, onDeath }, { vectorDirectory: vectors }), ready)
    })
  }

  async startInMemory(onDeath: (error: unknown) => void = () => {}): Promise<RunningIndex> {
    const ready = await this.#openEmbedder()
    return await startedOrClosed(async (remotes) => {
      const index = await this.#start<MemoryIndexService>('memory-index', { limits: this.#settings.limits })
      remotes.push(index)
      return this.#withVectors(this.#running({ index, queries: index, onDeath }, {}), ready)
    })
  }

  /** Deletes what is stored of an index. Nothing of it may run. */
  remove(directory: string): void {
    IndexDatabase.remove(indexFileIn(directory))
    rmSync(vectorsIn(directory), { recursive: true, force: true })
  }

  backendOf({ queries, vectors }: IndexThreads): SearchBackend {
    return vectors === undefined ? { queries } : { queries, vectors }
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

  get hasVectors(): boolean {
    return this.#settings.vectors !== false
  }

  createEmbedder(spec: EmbedderSpec, signal: AbortSignal): Promise<Embedder> {
    const { clock, random, log } = this.#components
    const { limits } = this.#settings
    return createEmbedder(spec, { clock, random, log, limits, signal, variables: process.env })
  }

  /** What is started from now on has this embedder. */
  async adopt({ spec, embedder }: ReadyEmbedder): Promise<void> {
    const before = this.#embedders
    this.#spec = spec
    this.#embedders = this.#sourceOf(async () => embedder)
    await this.#embedders.get()
    await before.close()
  }

  #sourceOf(create: (signal: AbortSignal) => Promise<Embedder>): EmbedderSource {
    const { clock, random, log, onEmbedder } = this.#components
    return new EmbedderSource({ create, onLate: onEmbedder, clock, random, log }, this.#settings.limits)
  }

  /** Undefined when it cannot be had now: words are searched without it. */
  async #openEmbedder(): Promise<ReadyEmbedder | undefined> {
    const embedder = this.hasVectors ? await this.#embedders.get() : undefined
    return embedder && { spec: this.#spec, embedder }
  }

  #start<S extends object>(name: 'index' | 'query' | 'memory-index' | 'vector', options: object): Promise<Remote<S>> {
    const module = siblingModule(import.meta.url, `./threads/${name}-thread`)
    return this.#components.compute.start<S>({ name, module, options })
  }

  #running(
    threads: Pick<RunningIndexComponents, 'index' | 'queries' | 'onDeath'>,
    settings: RunningIndexSettings
  ): RunningIndex {
    const { clock, random, log } = this.#components
    const { limits } = this.#settings
    const startVectorService = () => this.#start<VectorService>('vector', {})
    return new RunningIndex({ ...threads, clock, random, log, limits, startVectorService }, settings)
  }

  async #withVectors(running: RunningIndex, ready: ReadyEmbedder | undefined): Promise<RunningIndex> {
    try {
      if (ready !== undefined) await running.startWith(ready)
    } catch (error) {
      await running.close().catch(() => {})
      throw error
    }
    return running
  }
}

/** What was started before something failed does not stay behind. */
async function startedOrClosed(start: (remotes: Closable[]) => Promise<RunningIndex>): Promise<RunningIndex> {
  const remotes: Closable[] = []
  try {
    return await start(remotes)
  } catch (error) {
    for (const remote of remotes.toReversed()) await remote.close().catch(() => {})
    throw error
  }
}

interface Closable {
  close(): Promise<void>
}

function indexFileIn(directory: string): string {
  return join(directory, 'index.db')
}

function vectorsIn(directory: string): string {
  return join(directory, 'vectors')
}
