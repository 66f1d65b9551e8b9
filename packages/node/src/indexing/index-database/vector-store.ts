import { endianness } from 'node:os'
import type { SQLOutputValue, StatementSync } from 'node:sqlite'
import { bytesToHex, hexToBytes } from '@hcfs/core'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'
import type { LabelChange } from './label-log.ts'
import { LabelLog } from './label-log.ts'

export interface ContentVector {
  readonly contentHash: string
  readonly vector: Float32Array
}

export interface LabelledVector extends ContentVector {
  readonly label: number
}

/** A page of what has no vector yet; it may be empty although there is more. */
export interface ContentPage {
  readonly content: readonly { readonly contentHash: string; readonly text: string }[]
  /** Where the next page begins: no label up to here lacks a vector once the content of this page has one. */
  readonly upTo: number
  readonly hasMore: boolean
}

const VECTOR_PAGE = 1_000
const IS_LITTLE_ENDIAN = endianness() === 'LE'
/** One page looks through so many labels at most: after a start, all of them are, while others wait for the thread. */
const SCANNED_LABELS_MAX = 4_096

/**
 * Vectors by model and content: what is the same anywhere is embedded once. Chunks
 * come to their vectors by the hash of their content, so a vector may be stored
 * before the chunk is there, and outlives it until `collectGarbage`.
 */
export class VectorStore {
  readonly #database: IndexDatabase
  readonly #log: LabelLog
  readonly #counters: Counters
  readonly #store: StatementSync
  readonly #missing: StatementSync
  readonly #page: StatementSync
  readonly #ofLabel: StatementSync

  constructor(database: IndexDatabase) {
    const { connection } = database
    this.#database = database
    this.#log = new LabelLog(database)
    this.#counters = new Counters(database)
    this.#store = connection.prepare('INSERT OR IGNORE INTO vectors (model, contentHash, vector) VALUES (?, ?, ?)')
    this.#missing = connection.prepare(
      `SELECT c.label, c.contentHash, t.text FROM chunks AS c JOIN chunkTexts AS t ON t.label = c.label
        WHERE c.label > ? AND c.label <= ? AND NOT EXISTS (
          SELECT 1 FROM vectors AS v INDEXED BY vectorsByContent WHERE v.contentHash = c.contentHash AND v.model = ?
        ) ORDER BY c.label LIMIT ?`
    )
    this.#ofLabel = connection.prepare(
      `SELECT c.label, c.contentHash, v.vector FROM chunks AS c
        JOIN vectors AS v ON v.model = ? AND v.contentHash = c.contentHash WHERE c.label = ?`
    )
    this.#page = connection.prepare(
      `SELECT c.label, c.contentHash, v.vector FROM chunks AS c
        CROSS JOIN vectors AS v ON v.model = ? AND v.contentHash = c.contentHash
        WHERE c.label > ? ORDER BY c.label LIMIT ?`
    )
  }

  /** Content that a model has not embedded, by the labels it first stands at; each once in a page. */
  contentWithoutVector(model: string, { after, limit }: { after: number; limit: number }): ContentPage {
    const newest = this.#counters.get('label')
    const scanned = Math.min(newest, after + SCANNED_LABELS_MAX)
    const rows = this.#missing.all(after, scanned, model, limit)
    const content = new Map(rows.map((row) => [hexOf(row['contentHash']), String(row['text'])]))
    return {
      content: Array.from(content, ([contentHash, text]) => ({ contentHash, text })),
      upTo: rows.length < limit ? Math.max(after, scanned) : Number(rows.at(-1)?.['label']),
      hasMore: rows.length === limit || scanned < newest
    }
  }

  /** Vectors that are there already stay as they are. */
  storeVectors(model: string, rows: readonly ContentVector[]): void {
    this.#database.transaction(() => {
      const stored: Uint8Array[] = []
      for (const { contentHash, vector } of rows) {
        const hash = hexToBytes(contentHash)
        const { changes } = this.#store.run(model, hash, bytesOf(vector))
        if (Number(changes) > 0) stored.push(hash)
      }
      this.#log.vectorsStored(model, stored)
    })
  }

  /**
   * All chunks that a model has embedded, by label. Read in pages, so that writers
   * are never held up: what is added on the way may come or not; `labelChanges` from
   * the sequence before the first page on has it.
   */
  *vectors(model: string, afterLabel = 0): Generator<LabelledVector> {
    let after = afterLabel
    for (;;) {
      const rows = this.#page.all(model, after, VECTOR_PAGE)
      for (const row of rows) {
        after = Number(row['label'])
        yield labelledVector(row)
      }
      if (rows.length < VECTOR_PAGE) return
    }
  }

  /** Of these labels; without those that have none. */
  vectorsOf(model: string, labels: Iterable<number>): LabelledVector[] {
    return Array.from(labels, (label) => this.#ofLabel.get(model, label)).flatMap((row) =>
      row === undefined ? [] : [labelledVector(row)]
    )
  }

  /** The number of the last change of labels. */
  get changeSequence(): number {
    return this.#log.sequence
  }

  /** Undefined when changes after that one have been forgotten: build the vector index anew. */
  labelChanges(model: string, page: { after: number; limit: number }): LabelChange[] | undefined {
    return this.#database.snapshot(() => this.#log.changes(model, page))
  }

  /** For changes that every vector index has seen. */
  forgetLabelChanges(upTo: number): void {
    this.#database.transaction(() => this.#log.forget(upTo))
  }

  /** Deletes up to `limit` vectors of all models but these; says how many. What followed such a model starts over. */
  dropOtherModels(models: readonly string[], limit: number): number {
    const { connection } = this.#database
    const kept = JSON.stringify(models)
    return this.#database.transaction(() => {
      const { changes } = connection
        .prepare(
          `DELETE FROM vectors WHERE id IN (
            SELECT id FROM vectors INDEXED BY vectorsByContent
            WHERE model NOT IN (SELECT value FROM json_each(?)) LIMIT ?
          )`
        )
        .run(kept, limit)
      connection
        .prepare('DELETE FROM labelChanges WHERE model IS NOT NULL AND model NOT IN (SELECT value FROM json_each(?))')
        .run(kept)
      return Number(changes)
    })
  }

  /** Deletes up to `limit` vectors of content that no chunk has any more; says how many. */
  collectGarbage(limit: number): number {
    const { connection } = this.#database
    return this.#database.transaction(() => {
      const { changes } = connection
        .prepare(
          `DELETE FROM vectors WHERE id IN (
            SELECT id FROM vectors AS v
            WHERE NOT EXISTS (SELECT 1 FROM chunks AS c WHERE c.contentHash = v.contentHash) LIMIT ?
          )`
        )
        .run(limit)
      return Number(changes)
    })
  }
}

function labelledVector(row: Record<string, SQLOutputValue>): LabelledVector {
  return { label: Number(row['label']), contentHash: hexOf(row['contentHash']), vector: vectorOf(row['vector']) }
}

function hexOf(blob: unknown): string {
  if (!(blob instanceof Uint8Array)) throw new TypeError('The index gave something else than bytes')
  return bytesToHex(blob)
}

/** Little-endian, whatever the machine. */
function bytesOf(vector: Float32Array): Uint8Array {
  if (IS_LITTLE_ENDIAN) return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true)
  return new Uint8Array(view.buffer)
}

function vectorOf(blob: unknown): Float32Array {
  if (!(blob instanceof Uint8Array)) throw new TypeError('The index gave something else than bytes')
  // A copy, because a blob may begin where no number can.
  if (IS_LITTLE_ENDIAN) return new Float32Array(blob.slice().buffer)
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  return Float32Array.from({ length: blob.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true))
}
