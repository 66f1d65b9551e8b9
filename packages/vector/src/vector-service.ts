import type { HnswLibrary } from './graph/hnsw-library.ts'
import { loadHnswLibrary } from './graph/hnsw-library.ts'
import type { VectorShardOptions } from './shard/vector-shard.ts'
import { VectorShard } from './shard/vector-shard.ts'
import { loadSnapshot } from './snapshot/load-snapshot.ts'
import { saveSnapshot } from './snapshot/save-snapshot.ts'
import type { SnapshotDisk } from './snapshot/snapshot-disk.ts'
import { fileDisk } from './snapshot/snapshot-disk.ts'
import type { VectorModel } from './snapshot/snapshot-manifest.ts'
import type { VectorHits, VectorSearchOptions, VectorStats } from './vector-index.ts'

export interface VectorServiceComponents {
  readonly library: HnswLibrary | undefined
  readonly disk: SnapshotDisk
}

export interface OpenShardRequest extends VectorShardOptions {
  readonly shard: string
  readonly model: VectorModel
}

export interface AddVectorsRequest {
  readonly shard: string
  readonly labels: Uint32Array
  /** One row after the other, in the order of the labels. */
  readonly vectors: Float32Array
}

export interface RemoveVectorsRequest {
  readonly shard: string
  readonly labels: Uint32Array
}

export interface SearchVectorsRequest extends VectorSearchOptions {
  readonly shard: string
  readonly query: Float32Array
  readonly k: number
}

export interface StepRequest {
  readonly shard: string
  /** How many vectors may enter the graph before the call returns: 20 take about 10 ms in a large one. */
  readonly insertsMax: number
}

export interface SaveShardRequest {
  readonly shard: string
  readonly directory: string
  /** How far in the feed of changes the vectors reach. */
  readonly frontier: number
}

export interface LoadShardRequest {
  readonly shard: string
  readonly directory: string
}

interface OpenShard {
  readonly index: VectorShard
  readonly model: VectorModel
}

/**
 * Several shards under names, behind methods whose arguments and results can be sent to another thread.
 *
 * It does nothing on its own: whoever holds it calls `step` until nothing is left, and `save` when it is time.
 */
export class VectorService {
  readonly #library: HnswLibrary | undefined
  readonly #disk: SnapshotDisk
  readonly #shards = new Map<string, OpenShard>()

  constructor({ library, disk }: VectorServiceComponents) {
    this.#library = library
    this.#disk = disk
  }

  /** An empty shard, in place of one that had the name. */
  open({ shard, model, ...options }: OpenShardRequest): void {
    const index = new VectorShard({ library: this.#library }, options)
    this.closeShard({ shard })
    this.#shards.set(shard, { index, model })
  }

  add({ shard, labels, vectors }: AddVectorsRequest): void {
    this.#get(shard).index.add(labels, vectors)
  }

  remove({ shard, labels }: RemoveVectorsRequest): number {
    return this.#get(shard).index.remove(labels)
  }

  search({ shard, query, k, ...options }: SearchVectorsRequest): VectorHits {
    return this.#get(shard).index.search(query, k, options)
  }

  /** Returns how many vectors are left for the next step. */
  step({ shard, insertsMax }: StepRequest): number {
    return this.#get(shard).index.step(insertsMax)
  }

  stats({ shard }: { readonly shard: string }): VectorStats {
    return this.#get(shard).index.stats()
  }

  save({ shard, directory, frontier }: SaveShardRequest): void {
    const { index, model } = this.#get(shard)
    saveSnapshot({ disk: this.#disk, directory }, index, { model, frontier })
  }

  /** The frontier of what was loaded, or undefined where nothing was saved; the shard is then as it was. */
  load({ shard, directory }: LoadShardRequest): number | undefined {
    const { index, model } = this.#get(shard)
    return loadSnapshot({ disk: this.#disk, directory }, index, { model, library: this.#library })
  }

  closeShard({ shard }: { readonly shard: string }): void {
    this.#shards.get(shard)?.index.close()
    this.#shards.delete(shard)
  }

  close(): void {
    for (const shard of [...this.#shards.keys()]) this.closeShard({ shard })
  }

  #get(shard: string): OpenShard {
    const open = this.#shards.get(shard)
    if (open === undefined) throw new TypeError(`The vector shard ${shard} is not open: call open() first`)
    return open
  }
}

/** A service over real files, with the native library where it is installed. */
export async function createVectorService(): Promise<VectorService> {
  return new VectorService({ library: await loadHnswLibrary(), disk: fileDisk })
}
