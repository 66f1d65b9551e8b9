import type { ContextPath, DeviceId } from '@hcfs/core'
import { docId, parsePath, sha256Hex } from '@hcfs/core'
import { onTestFinished } from 'vitest'
import type { Chunk } from '../../../src/indexing/chunking/chunk.ts'
import type { IndexDatabaseOptions } from '../../../src/indexing/index-database/index-database.ts'
import { IndexDatabase } from '../../../src/indexing/index-database/index-database.ts'
import { IndexReader } from '../../../src/indexing/index-database/index-reader.ts'
import { IndexWriter } from '../../../src/indexing/index-database/index-writer.ts'
import type { IndexedContext } from '../../../src/indexing/index-database/indexed-context.ts'
import { TextSearch } from '../../../src/indexing/index-database/text-search.ts'
import { VectorStore } from '../../../src/indexing/index-database/vector-store.ts'
import { parseQuery } from '../../../src/query/query-language/parse-query.ts'

export const AUTHOR = 'a1'.repeat(32) as DeviceId

export const hashOf = (text: string): string => sha256Hex(new TextEncoder().encode(text))

/** Everything on one database, which goes with the test. */
export class TestIndex {
  readonly database: IndexDatabase
  readonly writer: IndexWriter
  readonly reader: IndexReader
  readonly vectors: VectorStore
  readonly text: TextSearch
  #position = 0

  constructor(options: IndexDatabaseOptions = { location: ':memory:' }) {
    this.database = IndexDatabase.open(options)
    onTestFinished(() => this.database.close())
    this.writer = new IndexWriter(this.database)
    this.reader = new IndexReader(this.database)
    this.vectors = new VectorStore(this.database)
    this.text = new TextSearch(this.database)
  }

  put(...contexts: readonly IndexedContext[]): void {
    this.#position += 1
    this.writer.apply({ contexts, removed: [], position: this.#position })
  }

  remove(...paths: readonly string[]): void {
    this.#position += 1
    this.writer.apply({ contexts: [], removed: paths.map(idOf), position: this.#position })
  }

  /** The paths that a query finds, best first. */
  find(text: string, limit = 10): ContextPath[] {
    return this.pathsOf(this.text.search({ query: parseQuery(text), limit }).map(({ label }) => label))
  }

  pathsOf(labels: Iterable<number>): ContextPath[] {
    return this.reader.chunksOf(labels).map(({ path }) => path)
  }
}

export const idOf = (path: string) => docId(hashOf(path))

export type ContextParts = Partial<Omit<IndexedContext, 'path' | 'docId' | 'chunks'>>

/** A context with one chunk for each text. */
export function context(path: string, texts: string | readonly string[], parts: ContextParts = {}): IndexedContext {
  const chunks = (typeof texts === 'string' ? [texts] : texts).map((text, index) => chunk(text, index * 1_000))
  const defaults = { version: 'v1', author: AUTHOR, updatedAtMs: 0, tags: [], fields: {} }
  return { docId: idOf(path), path: parsePath(path), ...defaults, ...parts, chunks }
}

export function chunk(text: string, start = 0, headings: readonly string[] = []): Chunk {
  const contentHash = hashOf(text)
  return {
    id: `${contentHash}-0`,
    contentHash,
    part: 'body',
    start,
    end: start + text.length,
    text,
    headings,
    format: 'text'
  }
}
