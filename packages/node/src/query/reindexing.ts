import type { Clock, ReindexOptions, ReindexProgress, ReindexReport } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Embedder } from '../indexing/embedding/embedder.ts'
import type { EmbedderSpec } from '../indexing/embedding/embedder-spec.ts'
import { parseEmbedderSpec } from '../indexing/embedding/parse-embedder-spec.ts'
import type { IndexFollower } from '../indexing/index-follower.ts'
import type { IndexThreads, IndexVectors, LocalIndex } from './local-index.ts'
import { messageOf } from './search-progress.ts'

interface ReadyModel {
  readonly spec: EmbedderSpec
  readonly embedder: Embedder
}

/** An index that can take up another model beside the one that answers. */
export interface SwitchableIndex extends IndexThreads {
  prepare(ready: ReadyModel): Promise<IndexVectors>
  adopt(signal: AbortSignal): Promise<void>
  abandon(): Promise<void>
}

/** Who makes embedders, and remembers which one is to be used. */
export interface EmbedderChoice {
  readonly hasVectors: boolean
  createEmbedder(spec: EmbedderSpec, signal: AbortSignal): Promise<Embedder>
  adopt(ready: ReadyModel): Promise<void>
}

export interface ReindexingComponents {
  readonly index: Pick<LocalIndex<SwitchableIndex>, 'opened' | 'threads' | 'rebuild'>
  readonly follower: Pick<IndexFollower, 'reopen' | 'reached' | 'behind' | 'hurry'>
  readonly embedders: EmbedderChoice
  /** The last position of the log. */
  readonly position: () => number
  readonly clock: Pick<Clock, 'wait'>
}

type Tell = (progress: ReindexProgress) => void

const LOOK_PAUSE_MS = 100

/**
 * Builds the index of a node anew, or its vectors with another embedder.
 *
 * 1. The vectors of another embedder answer when all are there and quick to find;
 *    until then those of the one before do.
 * 2. Whatever ends this early, what was embedded stays: the next call goes on.
 */
export class Reindexing {
  readonly #components: ReindexingComponents
  readonly #stopping = new AbortController()
  #running: Promise<unknown> | undefined

  constructor(components: ReindexingComponents) {
    this.#components = components
  }

  async run({ embedder, onProgress = () => {}, signal }: ReindexOptions = {}): Promise<ReindexReport> {
    const spec = embedder === undefined ? undefined : parseEmbedderSpec(embedder)
    if (spec !== undefined && !this.#components.embedders.hasVectors) throw searchesWordsOnly()
    if (this.#running !== undefined) throw isRunning()
    const ended = AbortSignal.any([this.#stopping.signal, ...(signal === undefined ? [] : [signal])])
    const running = spec === undefined ? this.#buildAnew(onProgress, ended) : this.#changeModel(spec, onProgress, ended)
    this.#running = running.catch(() => {})
    try {
      return await running
    } catch (error) {
      throw ended.aborted ? stopped(ended.reason) : error
    } finally {
      this.#running = undefined
    }
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #buildAnew(tell: Tell, signal: AbortSignal): Promise<ReindexReport> {
    const { index, follower, position } = this.#components
    const total = position()
    index.rebuild(new Error('Somebody asked for it'))
    follower.hurry()
    follower.reopen()
    let isThere = false
    const reached = follower.reached(total, signal).finally(() => {
      isThere = true
    })
    reached.catch(() => {})
    while (!isThere) {
      tell({ phase: 'words', done: Math.max(0, total - follower.behind), total })
      await this.#pause(signal)
    }
    await reached
    const threads = await index.opened(signal)
    if (threads.vectors !== undefined) await this.#complete(threads, threads.vectors, { tell, signal })
    return await reportOf(threads)
  }

  async #changeModel(spec: EmbedderSpec, tell: Tell, signal: AbortSignal): Promise<ReindexReport> {
    const { index, follower, embedders } = this.#components
    follower.hurry()
    const embedder = await embedders.createEmbedder(spec, signal)
    const threads = await index.opened(signal)
    if (threads.vectors?.embedder.digest === embedder.digest && threads.vectors.embedder.id === embedder.id) {
      await embedder.close?.()
      await this.#complete(threads, threads.vectors, { tell, signal })
      return await reportOf(threads)
    }
    const next = await threads.prepare({ spec, embedder })
    try {
      await this.#complete(threads, next, { tell, signal })
    } catch (error) {
      await threads.abandon().catch(() => {})
      await embedder.close?.()
      throw error
    }
    await threads.adopt(signal)
    await embedders.adopt({ spec, embedder })
    return await reportOf(threads)
  }

  /** Until everything is embedded and in the graph. */
  async #complete(
    threads: IndexThreads,
    vectors: IndexVectors,
    { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal }
  ): Promise<void> {
    const { follower, shard, model } = vectors
    while (!follower.isSettled) {
      this.#assertSame(threads)
      const { chunks: total, embedded: done } = await threads.index.call('embeddingProgress', [model], { signal })
      const { failure } = follower
      tell({ phase: 'vectors', done, total, ...(failure !== undefined && { failure: messageOf(failure) }) })
      await this.#pause(signal)
    }
    for (let stats = await shard.stats(); !stats.graphReady; stats = await shard.stats()) {
      this.#assertSame(threads)
      tell({ phase: 'graph', done: stats.count - stats.pendingCount, total: stats.count })
      await this.#pause(signal)
    }
  }

  #assertSame(threads: IndexThreads): void {
    if (this.#components.index.threads === threads) return
    const message = 'The index was started anew meanwhile; ask once more, and it goes on with what has been embedded'
    throw new HcfsError('INDEX_UNAVAILABLE', message)
  }

  #pause(signal: AbortSignal): Promise<void> {
    return this.#components.clock.wait(LOOK_PAUSE_MS, { signal })
  }
}

async function reportOf({ index, vectors }: IndexThreads): Promise<ReindexReport> {
  const { chunks } = await index.call('statistics', [])
  return { chunks, ...(vectors !== undefined && { embedder: vectors.embedder.id }) }
}

function isRunning(): HcfsError {
  return new HcfsError('REINDEX_RUNNING', 'The index is being built anew already; wait for that to end')
}

function stopped(cause: unknown): HcfsError {
  const message = 'Building the index anew was ended early; ask once more, and it goes on with what has been embedded'
  return new HcfsError('OPERATION_ABORTED', message, { cause })
}

function searchesWordsOnly(): HcfsError {
  return new HcfsError('SEARCH_OFF', 'This node searches by words alone: open it with vectors to change the embedder')
}
