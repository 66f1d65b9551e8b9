import type { DocId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Chunker } from './chunking/chunk.ts'
import type { Embedder } from './embedding/embedder.ts'
import type { EmbedderSpec } from './embedding/embedder-spec.ts'
import type { IndexDatabase } from './index-database/index-database.ts'
import type { IndexReader, IndexStatistics } from './index-database/index-reader.ts'
import type { IndexWriter } from './index-database/index-writer.ts'
import type { ContentVector, LabelledVector, VectorStore } from './index-database/vector-store.ts'
import type { IndexChanges } from './index-sink.ts'
import { indexedContextOf } from './indexed-context-of.ts'
import type { ChangesPage, VectorChanges } from './vector-changes.ts'

export interface IndexServiceComponents {
  readonly database: IndexDatabase
  readonly writer: IndexWriter
  readonly reader: IndexReader
  readonly vectors: VectorStore
  readonly chunker: Chunker
  readonly createEmbedder: (spec: EmbedderSpec) => Promise<Embedder>
}

/** A model whose vectors are made and followed. */
export interface OpenModelRequest {
  /** Under which vectors are kept. */
  readonly model: string
  readonly embedder: EmbedderSpec
}

interface OpenModel {
  readonly embedder: Embedder
  /** All chunks up to this label have a vector. */
  embeddedUpTo: number
  /** Changes up to this one are in a vector index that is saved. */
  seenUpTo: number
}

export interface SkippedContext {
  readonly docId: DocId
  readonly failure: string
}

export interface EmbeddingProgress {
  readonly chunks: number
  readonly embedded: number
}

/**
 * The writing side of the index, as it runs on a thread of its own: contexts come
 * in, chunks and their vectors are stored, and vector indexes are told what to take.
 *
 * There is one model, or none, and a second one while its vectors are being made to
 * take the place of the first.
 */
export class IndexService {
  readonly #components: IndexServiceComponents
  readonly #models = new Map<string, OpenModel>()

  constructor(components: IndexServiceComponents) {
    this.#components = components
  }

  position(): number {
    return this.#components.reader.position
  }

  /** Gives what could not be cut into chunks, and is not found therefore. */
  apply({ contexts, removed, position }: IndexChanges): readonly SkippedContext[] {
    const { writer, chunker } = this.#components
    const indexed = contexts.map((context) => indexedContextOf(context, chunker))
    writer.apply({ contexts: indexed, removed, position })
    return indexed.flatMap(({ docId, failure }) => (failure === undefined ? [] : [{ docId, failure }]))
  }

  async openModel({ model, embedder }: OpenModelRequest): Promise<void> {
    await this.closeModel(model)
    this.#models.set(model, {
      embedder: await this.#components.createEmbedder(embedder),
      embeddedUpTo: 0,
      seenUpTo: 0
    })
  }

  /** Its vectors stay, so that it can be opened again and go on. */
  async closeModel(model: string): Promise<void> {
    const open = this.#models.get(model)
    this.#models.delete(model)
    await open?.embedder.close?.()
  }

  /** Embeds up to so many texts that have no vector yet. Says whether there are more. */
  async embedPending(model: string, textsMax: number): Promise<boolean> {
    const open = this.#open(model)
    const { content, upTo, hasMore } = this.#components.vectors.contentWithoutVector(model, {
      after: open.embeddedUpTo,
      limit: textsMax
    })
    if (content.length > 0) {
      const vectors = await open.embedder.embed(content.map(({ text }) => text))
      const rows = content.map(({ contentHash }, index) => ({ contentHash, vector: vectorAt(vectors, index) }))
      this.#storeVectors(model, rows)
    }
    open.embeddedUpTo = Math.max(open.embeddedUpTo, upTo)
    return hasMore
  }

  /** Undefined when what lies between has been forgotten: start over from `vectorPage`. */
  vectorChanges(model: string, page: ChangesPage): VectorChanges | undefined {
    const changes = this.#components.vectors.labelChanges(model, page)
    if (changes === undefined) return undefined
    const removed = new Set<number>()
    const added = new Set<number>()
    for (const { label, kind } of changes) {
      if (kind === 'added') added.add(label)
      else if (!added.delete(label)) removed.add(label)
    }
    const rows = this.#components.vectors.vectorsOf(model, [...added])
    return {
      sequence: changes.at(-1)?.sequence ?? page.after,
      removed: Uint32Array.from(removed),
      ...joined(rows),
      hasMore: changes.length === page.limit
    }
  }

  /** All vectors by label, for an index that starts over; what changes meanwhile comes with `vectorChanges`. */
  vectorPage(model: string, { after, limit }: ChangesPage): VectorChanges {
    const rows: LabelledVector[] = []
    for (const row of this.#components.vectors.vectors(model, after)) {
      if (rows.push(row) === limit) break
    }
    return {
      sequence: rows.at(-1)?.label ?? after,
      removed: new Uint32Array(),
      ...joined(rows),
      hasMore: rows.length === limit
    }
  }

  changeSequence(): number {
    return this.#components.vectors.changeSequence
  }

  /** For changes that a saved vector index holds; they are kept until those of all models do. */
  forgetChanges(model: string, upTo: number): void {
    const open = this.#models.get(model)
    if (open === undefined) return
    open.seenUpTo = upTo
    const seenByAll = Math.min(...Array.from(this.#models.values(), ({ seenUpTo }) => seenUpTo))
    this.#components.vectors.forgetLabelChanges(seenByAll)
  }

  /** Deletes vectors of models that are not open, so many at a time. Says whether there are more. */
  dropClosedModels(vectorsMax: number): boolean {
    return this.#components.vectors.dropOtherModels([...this.#models.keys()], vectorsMax) === vectorsMax
  }

  /** Counts all chunks: for a status page, not for every batch. */
  embeddingProgress(model: string): EmbeddingProgress {
    const { reader } = this.#components
    const upTo = this.#models.get(model)?.embeddedUpTo ?? 0
    return { chunks: reader.chunksUpTo(Number.MAX_SAFE_INTEGER), embedded: reader.chunksUpTo(upTo) }
  }

  /** How many contexts could not be cut into chunks. */
  skippedCount(): number {
    return this.#components.reader.skippedCount()
  }

  statistics(): IndexStatistics {
    return this.#components.reader.statistics()
  }

  async close(): Promise<void> {
    for (const model of [...this.#models.keys()]) await this.closeModel(model)
    this.#components.database.close()
  }

  #open(model: string): OpenModel {
    const open = this.#models.get(model)
    if (open === undefined) throw new TypeError(`The model ${model} is not open: call openModel() first`)
    return open
  }

  #storeVectors(model: string, rows: readonly ContentVector[]): void {
    // A vector of zeros has no direction: nothing is near it. Such content is found by its words.
    const directed = rows.filter(({ vector }) => vector.some((value) => value !== 0))
    if (directed.length > 0) this.#components.vectors.storeVectors(model, directed)
  }
}

function joined(rows: readonly LabelledVector[]): Pick<VectorChanges, 'added' | 'vectors'> {
  const dimensions = rows[0]?.vector.length ?? 0
  const vectors = new Float32Array(rows.length * dimensions)
  for (const [index, { vector }] of rows.entries()) vectors.set(vector, index * dimensions)
  return { added: Uint32Array.from(rows, ({ label }) => label), vectors }
}

function vectorAt(vectors: readonly Float32Array[], index: number): Float32Array {
  const vector = vectors[index]
  if (vector === undefined) throw new HcfsError('EMBEDDING_INVALID', 'The embedder gave fewer vectors than texts')
  return vector
}
