import { rm } from 'node:fs/promises'
import type { Logger } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { VectorHits, VectorSearchOptions, VectorService, VectorStats } from '@hcfs/vector'
import type { Remote } from '../compute/compute.ts'
import type { VectorSink } from './vector-follower.ts'

export interface VectorShardComponents {
  readonly service: Remote<VectorService>
  readonly log: Logger
}

export interface VectorShardSettings {
  readonly shard: string
  readonly model: { readonly id: string; readonly digest: string }
  readonly dimensions: number
  /** Where it is saved; nowhere for an index in memory. */
  readonly directory?: string
}

/** So many enter the graph at a time: searches on the same thread wait no longer than that takes. */
const INSERTS_PER_STEP = 16

/** A vector index on another thread. */
export class VectorShardClient implements VectorSink {
  readonly #service: Remote<VectorService>
  readonly #log: Logger
  readonly #settings: Omit<VectorShardSettings, 'directory'>
  #directory: string | undefined

  constructor({ service, log }: VectorShardComponents, { directory, ...settings }: VectorShardSettings) {
    this.#service = service
    this.#log = log
    this.#settings = settings
    this.#directory = directory
  }

  /** From now on it is saved there, in place of what is there. */
  async saveIn(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true })
    this.#directory = directory
  }

  async open(): Promise<number | undefined> {
    const { shard } = this.#settings
    const directory = this.#directory
    await this.#openShard()
    if (directory === undefined) return undefined
    try {
      return await this.#service.call('load', [{ shard, directory }])
    } catch (error) {
      if (!hasErrorCode(error, 'VECTOR_SNAPSHOT_DAMAGED')) throw error
      this.#log.warn('vector-snapshot-dropped', { error })
      return undefined
    }
  }

  async openEmpty(): Promise<void> {
    const directory = this.#directory
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
    await this.#openShard()
  }

  add(labels: Uint32Array, vectors: Float32Array): Promise<void> {
    return this.#service.call('add', [{ shard: this.#settings.shard, labels, vectors }])
  }

  remove(labels: Uint32Array): Promise<number> {
    return this.#service.call('remove', [{ shard: this.#settings.shard, labels }])
  }

  search(
    query: Float32Array,
    k: number,
    { signal, ...options }: VectorSearchOptions & { readonly signal?: AbortSignal }
  ): Promise<VectorHits> {
    const request = { shard: this.#settings.shard, query, k, ...options }
    return this.#service.call('search', [request], signal === undefined ? {} : { signal })
  }

  step(): Promise<number> {
    return this.#service.call('step', [{ shard: this.#settings.shard, insertsMax: INSERTS_PER_STEP }])
  }

  async save(frontier: number): Promise<void> {
    const { shard } = this.#settings
    const directory = this.#directory
    if (directory !== undefined) await this.#service.call('save', [{ shard, directory, frontier }])
  }

  stats(): Promise<VectorStats> {
    return this.#service.call('stats', [{ shard: this.#settings.shard }])
  }

  close(): Promise<void> {
    return this.#service.call('closeShard', [{ shard: this.#settings.shard }])
  }

  #openShard(): Promise<void> {
    const { shard, model, dimensions } = this.#settings
    return this.#service.call('open', [{ shard, model, dimensions }])
  }
}
