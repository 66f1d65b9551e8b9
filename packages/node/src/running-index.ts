import type { VectorService } from '@hcfs/vector'
import type { Remote } from './compute/compute.ts'
import type { IndexService } from './indexing/index-service.ts'
import type { IndexThreads, IndexVectors } from './query/local-index.ts'
import type { ReadyEmbedder, RunningVectors, VectorsComponents, VectorsSettings } from './running-vectors.ts'
import { startVectors } from './running-vectors.ts'

export interface RunningIndexComponents extends Omit<VectorsComponents, 'index' | 'service'> {
  readonly index: Remote<IndexService>
  readonly queries: IndexThreads['queries']
  readonly startVectorService: () => Promise<Remote<VectorService>>
}

export interface RunningIndexSettings {
  /** Where vectors are saved; nowhere for an index in memory. */
  readonly vectorDirectory?: string
}

const DROPPED_PER_CALL = 2_000

/**
 * The threads of one index, and the models whose vectors they keep.
 *
 * 1. One model answers. A second one is made beside it and takes its place at once
 *    or not at all.
 * 2. Only the model that answers is saved where the next start looks for it.
 */
export class RunningIndex implements IndexThreads {
  readonly index: Remote<IndexService>
  readonly queries: IndexThreads['queries']
  readonly #components: RunningIndexComponents
  readonly #settings: RunningIndexSettings
  #service: Remote<VectorService> | undefined
  #current: RunningVectors | undefined
  #next: RunningVectors | undefined
  #shards = 0

  constructor(components: RunningIndexComponents, settings: RunningIndexSettings) {
    this.index = components.index
    this.queries = components.queries
    this.#components = components
    this.#settings = settings
  }

  get vectors(): IndexVectors | undefined {
    return this.#current
  }

  get nextVectors(): IndexVectors | undefined {
    return this.#next
  }

  /** Begins with this model. */
  async startWith(ready: ReadyEmbedder): Promise<void> {
    const { vectorDirectory: directory } = this.#settings
    this.#current = await this.#start({ ...ready, ...(directory !== undefined && { directory }) })
  }

  /** Makes the vectors of another model beside those that answer. They are complete once its follower is settled. */
  async prepare(ready: ReadyEmbedder): Promise<IndexVectors> {
    if (this.#next !== undefined) throw new TypeError('Another model is being prepared already')
    this.#next = await this.#start(ready)
    this.#next.follower.notify()
    return this.#next
  }

  /** The model that was prepared answers from now on; nothing is left of the others. */
  async adopt(signal: AbortSignal): Promise<void> {
    const before = this.#current
    if (this.#next === undefined) throw new TypeError('No model was prepared')
    this.#current = this.#next
    this.#next = undefined
    if (before !== undefined) {
      await before.stop()
      await this.index.call('closeModel', [before.model])
    }
    const { vectorDirectory } = this.#settings
    if (vectorDirectory !== undefined) await this.#current.shard.saveIn(vectorDirectory)
    while (await this.index.call('dropClosedModels', [DROPPED_PER_CALL], { signal })) signal.throwIfAborted()
  }

  /** What was embedded stays for the next try. */
  async abandon(): Promise<void> {
    const next = this.#next
    this.#next = undefined
    if (next === undefined) return
    await next.stop()
    await this.index.call('closeModel', [next.model])
  }

  async close(): Promise<void> {
    for (const vectors of [this.#next, this.#current]) await vectors?.stop()
    const failures: unknown[] = []
    for (const remote of [this.#service, this.queries, this.index]) {
      await remote?.close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some threads of the index did not close')
  }

  async #start(settings: Omit<VectorsSettings, 'shard'>): Promise<RunningVectors> {
    this.#service ??= await this.#components.startVectorService()
    this.#shards += 1
    return await startVectors(
      { ...this.#components, service: this.#service },
      { ...settings, shard: `model-${this.#shards}` }
    )
  }
}
