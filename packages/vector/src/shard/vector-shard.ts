import type { GraphParameters } from '../graph/graph-parameters.ts'
import { DEFAULT_GRAPH_PARAMETERS } from '../graph/graph-parameters.ts'
import { HnswGraph } from '../graph/hnsw-graph.ts'
import type { HnswLibrary } from '../graph/hnsw-library.ts'
import type { VectorPrecision } from '../rows/row-store.ts'
import { TopHits } from '../rows/top-hits.ts'
import { unitVector } from '../rows/vector-length.ts'
import { VectorRows } from '../rows/vector-rows.ts'
import { checkCount, checkDimensions, checkQuery, checkVectors } from '../vector-checks.ts'
import type { VectorHits, VectorIndex, VectorSearchOptions, VectorStats } from '../vector-index.ts'
import type { SearchDemand } from './plan-search.ts'
import { planAgain, planSearch } from './plan-search.ts'
import { hasLabel } from './sorted-labels.ts'

/** Short questions lie far from every text: among 10,000, 96 found 0.92 of the nearest ten and 160 finds 0.96. */
const EF_DEFAULT = 160

export interface VectorShardOptions {
  readonly dimensions: number
  /** @default 'int8': a fifth less memory in all, and hardly a hit lost. */
  readonly precision?: VectorPrecision
  readonly parameters?: GraphParameters
  /**
   * From how many vectors on there is a graph; below, all are compared.
   * @default 5_000
   */
  readonly graphCountMin?: number
  /**
   * The share of dead nodes above which the graph is built anew.
   * @default 0.2
   */
  readonly deletedShareMax?: number
}

export interface VectorShardComponents {
  /** Without it every search is exact. */
  readonly library: HnswLibrary | undefined
}

/** What a snapshot holds of a shard, and gives back. */
export interface ShardParts {
  readonly rows: VectorRows
  readonly graph: HnswGraph | undefined
}

/**
 * Vectors with a graph over most of them.
 *
 * 1. A search finds every vector that was added and not removed, whether or not it is in the graph: pending ones are
 *    compared one by one. Only among nodes of the graph may one be missed.
 * 2. All scores come from the same rows, so they do not depend on where a vector was found.
 * 3. Only `step` builds, and no more than it was told: whoever shares the thread decides how long that takes.
 * 4. While a new graph is being built the old one answers. Memory holds both until then.
 */
export class VectorShard implements VectorIndex {
  readonly dimensions: number
  readonly precision: VectorPrecision
  readonly parameters: GraphParameters
  readonly #library: HnswLibrary | undefined
  readonly #graphCountMin: number
  readonly #deletedShareMax: number
  #rows: VectorRows
  #graph: HnswGraph | undefined
  /** Becomes the graph once it has every slot. */
  #next: HnswGraph | undefined

  constructor({ library }: VectorShardComponents, options: VectorShardOptions) {
    checkDimensions(options.dimensions)
    this.dimensions = options.dimensions
    this.precision = options.precision ?? 'int8'
    this.parameters = options.parameters ?? DEFAULT_GRAPH_PARAMETERS
    this.#library = library
    this.#graphCountMin = options.graphCountMin ?? 5_000
    this.#deletedShareMax = options.deletedShareMax ?? 0.2
    this.#rows = new VectorRows(this.dimensions, this.precision)
  }

  get size(): number {
    return this.#rows.size
  }

  add(labels: Uint32Array, vectors: Float32Array): void {
    checkVectors(labels, vectors, this.dimensions)
    for (const [index, label] of labels.entries()) {
      this.#removeLabel(label)
      const slot = this.#rows.insert(label, vectors, index * this.dimensions)
      this.#graph?.add(slot)
      this.#next?.add(slot)
    }
  }

  remove(labels: Uint32Array): number {
    return labels.reduce((count, label) => count + (this.#removeLabel(label) ? 1 : 0), 0)
  }

  search(query: Float32Array, k: number, { allowed, ef = EF_DEFAULT }: VectorSearchOptions = {}): VectorHits {
    checkCount('k', k)
    checkCount('ef', ef)
    checkQuery(query, this.dimensions)
    const unit = unitVector(query)
    const count = Math.min(k, this.size)
    if (this.#graph === undefined) return this.#scan(unit, count, allowed)
    const demand = { k: count, ef, nodeCount: this.#graph.liveCount, allowedCount: allowed?.length }
    return this.#walk(unit, demand, allowed) ?? this.#scan(unit, count, allowed)
  }

  /** Puts at most so many vectors into the graph; returns how many are left. */
  step(insertsMax: number): number {
    checkCount('insertsMax', insertsMax)
    this.#prepareGraphs()
    const graph = this.#next ?? this.#graph
    if (graph === undefined) return 0
    for (let done = 0; done < insertsMax && graph.pendingCount > 0; done += 1) graph.insertPending(this.#rows)
    if (graph === this.#next && graph.pendingCount === 0) this.#useNext(graph)
    return graph.pendingCount
  }

  stats(): VectorStats {
    const graph = this.#next ?? this.#graph
    const pendingCount = graph?.pendingCount ?? (this.#needsGraph() ? this.size : 0)
    const graphBytes = (this.#graph?.memoryBytes ?? 0) + (this.#next?.memoryBytes ?? 0)
    return {
      kind: this.#graph === undefined ? 'exact' : 'graph',
      dimensions: this.dimensions,
      count: this.size,
      deletedShare: this.#graph?.deletedShare ?? 0,
      memoryBytes: this.#rows.memoryBytes + graphBytes,
      pendingCount,
      graphReady: pendingCount === 0 && this.#next === undefined && !this.#isWornOut()
    }
  }

  close(): void {
    this.#dropGraphs()
    this.#rows = new VectorRows(this.dimensions, this.precision)
  }

  /** For a snapshot: what there is now. A graph that is only being built is left out. */
  parts(): ShardParts {
    return { rows: this.#rows, graph: this.#graph }
  }

  /** Takes what a snapshot held, in place of what there is. */
  restore({ rows, graph }: ShardParts): void {
    this.close()
    this.#rows = rows
    this.#graph = graph
  }

  #removeLabel(label: number): boolean {
    const slot = this.#rows.remove(label)
    if (slot === undefined) return false
    this.#graph?.remove(slot)
    this.#next?.remove(slot)
    return true
  }

  #scan(unit: Float32Array, k: number, allowed: Uint32Array | undefined): VectorHits {
    const top = new TopHits(k)
    if (allowed === undefined) this.#rows.scoreAll(unit, top)
    else this.#rows.scoreLabels(unit, top, allowed)
    return top.hits()
  }

  /** Undefined when comparing with every allowed vector is cheaper, or the graph does not reach enough of them. */
  #walk(unit: Float32Array, demand: SearchDemand, allowed: Uint32Array | undefined): VectorHits | undefined {
    for (let plan = planSearch(demand); plan.how === 'walk'; plan = planAgain(plan, demand)) {
      const top = new TopHits(demand.k)
      const found = this.#graph?.search(unit, plan.fetch, plan.ef) ?? []
      this.#scoreSlots(found, unit, { top, allowed })
      this.#scoreSlots(this.#graph?.pendingSlots() ?? [], unit, { top, allowed })
      if (top.size === demand.k) return top.hits()
    }
    return undefined
  }

  #scoreSlots(
    slots: Iterable<number>,
    unit: Float32Array,
    { top, allowed }: { readonly top: TopHits; readonly allowed: Uint32Array | undefined }
  ): void {
    for (const slot of slots) {
      if (allowed === undefined || hasLabel(allowed, this.#rows.labelOf(slot))) this.#rows.score(slot, unit, top)
    }
  }

  #prepareGraphs(): void {
    // Half as many, so that an index around the border does not build and drop by turns.
    if (this.size < this.#graphCountMin / 2) this.#dropGraphs()
    else if (this.#graph === undefined && this.#needsGraph()) this.#graph = this.#newGraph()
    else if (this.#next === undefined && this.#isWornOut()) this.#next = this.#newGraph()
  }

  #needsGraph(): boolean {
    return this.#library !== undefined && this.size >= this.#graphCountMin
  }

  #isWornOut(): boolean {
    return this.#library !== undefined && (this.#graph?.deletedShare ?? 0) > this.#deletedShareMax
  }

  #newGraph(): HnswGraph | undefined {
    if (this.#library === undefined) return undefined
    const options = { library: this.#library, dimensions: this.dimensions, parameters: this.parameters }
    return HnswGraph.create(options, this.#rows.slots())
  }

  #useNext(next: HnswGraph): void {
    this.#graph?.close()
    this.#graph = next
    this.#next = undefined
  }

  #dropGraphs(): void {
    this.#graph?.close()
    this.#next?.close()
    this.#graph = undefined
    this.#next = undefined
  }
}
