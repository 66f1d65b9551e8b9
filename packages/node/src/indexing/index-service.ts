import { HcfsError } from '@hcfs/core'
import type { Chunker } from './chunking/chunk.ts'
import type { Embedder } from './embedding/embedder.ts'
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
  /** Absent where vectors are made elsewhere, or not at all. */
  readonly embedder?: Embedder
}

export interface IndexServiceOptions {
  /** Under which vectors are kept. */
  readonly model: string
}

export interface EmbeddingProgress {
  readonly chunks: number
  readonly embedded: number
}

/**
 * The writing side of the index, as it runs on a thread of its own: contexts come
 * in, chunks and their vectors are stored, and vector indexes are told what to take.
 */
export class IndexService {
  readonly #components: IndexServiceComponents
  readonly #model: string
  /** All chunks up to this label have a vector. */
  #embeddedUpTo = 0

  constructor(components: IndexServiceComponents, { model }: IndexServiceOptions) {
    this.#components = components
    this.#model = model
  }

  position(): number {
    return this.#components.reader.position
  }

  apply({ contexts, removed, position }: IndexChanges): void {
    const { writer, chunker } = this.#components
    writer.apply({ contexts: contexts.map((context) => indexedContextOf(context, chunker)), removed, position })
  }

  /** Embeds up to so many texts that have no vector yet. Says whether there are more. */
  async embedPending(textsMax: number): Promise<boolean> {
    const { embedder } = this.#components
    if (embedder === undefined) throw new TypeError('This index was opened without an embedder of its own')
    const { content, upTo, hasMore } = this.#components.vectors.contentWithoutVector(this.#model, {
      after: this.#embeddedUpTo,
      limit: textsMax
    })
    if (content.length > 0) {
      const vectors = await embedder.embed(content.map(({ text }) => text))
      this.#storeVectors(content.map(({ contentHash }, index) => ({ contentHash, vector: vectorAt(vectors, index) })))
    }
    this.#embeddedUpTo = Math.max(this.#embeddedUpTo, upTo)
    return hasMore
  }

  /** Undefined when what lies between has been forgotten: start over from `vectorPage`. */
  vectorChanges(page: ChangesPage): VectorChanges | undefined {
    const changes = this.#components.vectors.labelChanges(this.#model, page)
    if (changes === undefined) return undefined
    const removed = new Set<number>()
    const added = new Set<number>()
    for (const { label, kind } of changes) {
      if (kind === 'added') added.add(label)
      else if (!added.delete(label)) removed.add(label)
    }
    const rows = this.#components.vectors.vectorsOf(this.#model, [...added])
    return {
      sequence: changes.at(-1)?.sequence ?? page.after,
      removed: Uint32Array.from(removed),
      ...joined(rows),
      hasMore: changes.length === page.limit
    }
  }

  /** All vectors by label, for an index that starts over; what changes meanwhile comes with `vectorChanges`. */
  vectorPage({ after, limit }: ChangesPage): VectorChanges {
    const rows: LabelledVector[] = []
    for (const row of this.#components.vectors.vectors(this.#model, after)) {
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

  /** For changes that a saved vector index holds. */
  forgetChanges(upTo: number): void {
    this.#components.vectors.forgetLabelChanges(upTo)
  }

  /** Counts all chunks: for a status page, not for every batch. */
  embeddingProgress(): EmbeddingProgress {
    const { reader } = this.#components
    return { chunks: reader.chunksUpTo(Number.MAX_SAFE_INTEGER), embedded: reader.chunksUpTo(this.#embeddedUpTo) }
  }

  statistics(): IndexStatistics {
    return this.#components.reader.statistics()
  }

  async close(): Promise<void> {
    await this.#components.embedder?.close?.()
    this.#components.database.close()
  }

  #storeVectors(rows: readonly ContentVector[]): void {
    // A vector of zeros has no direction: nothing is near it. Such content is found by its words.
    const directed = rows.filter(({ vector }) => vector.some((value) => value !== 0))
    if (directed.length > 0) this.#components.vectors.storeVectors(this.#model, directed)
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
