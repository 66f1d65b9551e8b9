import type { Logger } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import type { Remote } from '../compute/compute.ts'
import { isThreadDeath } from '../compute/thread-death.ts'
import type { Embedder } from '../indexing/embedding/embedder.ts'
import type { IndexService } from '../indexing/index-service.ts'
import type { IndexChanges, IndexSink } from '../indexing/index-sink.ts'
import { untilAborted } from '../indexing/until-aborted.ts'
import type { VectorFollower } from '../indexing/vector-follower.ts'
import type { VectorShardClient } from '../indexing/vector-shard-client.ts'
import type { QueryService } from './query-service.ts'

export type IndexRemote = Remote<IndexService>
export type QueryRemote = Remote<Pick<QueryService, 'matching' | 'rank'>>

/** The vectors of an index that one model makes, and who brings them there. */
export interface IndexVectors {
  /** Under which the index keeps them. */
  readonly model: string
  readonly embedder: Embedder
  /** What a list of them counts for beside the text's 1. */
  readonly weight: number
  readonly unrelatedCosine: number
  readonly shard: VectorShardClient
  readonly follower: Pick<VectorFollower, 'notify' | 'settled' | 'isSettled' | 'failure'>
}

/** The running threads of one index. */
export interface IndexThreads {
  readonly index: IndexRemote
  readonly queries: QueryRemote
  /** Absent where there are no vectors. */
  readonly vectors?: IndexVectors | undefined
  /** Of a model that is to take their place. */
  readonly nextVectors?: IndexVectors | undefined
  /** Ends all of them, in the order that loses nothing. */
  close(): Promise<void>
}

export interface LocalIndexComponents<Threads extends IndexThreads = IndexThreads> {
  readonly startThreads: () => Promise<Threads>
  /** Deletes what is stored of the index, so that the next start begins anew. */
  readonly remove: () => void
  readonly log: Logger
}

interface OpenedIndex<Threads> {
  readonly threads: Threads
  readonly position: number
}

/**
 * The index of this node. What it stores follows from the contexts, so what is
 * damaged is deleted and built again by whoever brings the contexts.
 *
 * 1. Whoever asks gets threads that live, as far as is known, or waits for them.
 * 2. All threads of one opening end before the next ones start, however some ended.
 */
export class LocalIndex<Threads extends IndexThreads = IndexThreads> implements IndexSink {
  readonly #components: LocalIndexComponents<Threads>
  #threads: Threads | undefined
  #opened = Promise.withResolvers<Threads>()
  #isOpened = false
  /** Why the next opening begins with nothing. */
  #rebuildReason: unknown

  constructor(components: LocalIndexComponents<Threads>) {
    this.#components = components
    this.#opened.promise.catch(() => {})
  }

  /** Resolves once there is an index to ask, also one that is still being filled. */
  async opened(signal: AbortSignal): Promise<Threads> {
    await untilAborted(
      this.#opened.promise.then(() => {}),
      signal
    )
    return this.#opened.promise
  }

  get threads(): Threads | undefined {
    return this.#threads
  }

  /** The threads that can be asked now; undefined where `opened` would wait. */
  get openThreads(): Threads | undefined {
    return this.#isOpened ? this.#threads : undefined
  }

  async open(positionMax: number): Promise<number> {
    await this.#stop()
    let { threads, position } = await this.#startAnewIfDamaged()
    if (position > positionMax) {
      await threads.close()
      const reason = new Error(`The index holds position ${position}, the log ends at ${positionMax}`)
      ;({ threads, position } = await this.#startAnew(reason))
    }
    this.#threads = threads
    this.#isOpened = true
    this.#opened.resolve(threads)
    threads.vectors?.follower.notify()
    return position
  }

  async apply(changes: IndexChanges): Promise<void> {
    const threads = this.#threads
    if (threads === undefined) throw closed()
    try {
      const skipped = await threads.index.call('apply', [changes])
      for (const { docId, failure } of skipped) this.#components.log.warn('context-not-indexed', { docId, failure })
    } catch (error) {
      this.failed(error)
      throw error
    }
    threads.vectors?.follower.notify()
    threads.nextVectors?.follower.notify()
  }

  /** Somebody who asked the threads got this. Says whether they have to be started anew. */
  failed(error: unknown): boolean {
    const isDamaged = hasErrorCode(error, 'INDEX_DAMAGED')
    if (!(isDamaged || isThreadDeath(error))) return false
    if (isDamaged) this.#rebuildReason = error
    this.#renewOpened()
    return true
  }

  /** The next opening begins with nothing; what is there answers until then. */
  rebuild(reason: unknown): void {
    this.#rebuildReason = reason
  }

  async close(): Promise<void> {
    await this.#stop()
    this.#opened.reject(closed())
  }

  async #startAnewIfDamaged(): Promise<OpenedIndex<Threads>> {
    if (this.#rebuildReason !== undefined) return await this.#startAnew(this.#rebuildReason)
    try {
      return await this.#start()
    } catch (error) {
      if (!hasErrorCode(error, 'INDEX_DAMAGED')) throw error
      return await this.#startAnew(error)
    }
  }

  async #startAnew(error: unknown): Promise<OpenedIndex<Threads>> {
    const { remove, log } = this.#components
    log.warn('index-rebuilt', { error })
    remove()
    const opened = await this.#start()
    this.#rebuildReason = undefined
    return opened
  }

  async #start(): Promise<OpenedIndex<Threads>> {
    const threads = await this.#components.startThreads()
    try {
      return { threads, position: await threads.index.call('position', []) }
    } catch (error) {
      await threads.close()
      throw error
    }
  }

  async #stop(): Promise<void> {
    const threads = this.#threads
    if (threads === undefined) return
    this.#threads = undefined
    this.#renewOpened()
    await threads.close()
  }

  #renewOpened(): void {
    if (!this.#isOpened) return
    this.#isOpened = false
    this.#opened = Promise.withResolvers()
    this.#opened.promise.catch(() => {})
  }
}

function closed(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'The index of the node was closed; open the node again')
}
