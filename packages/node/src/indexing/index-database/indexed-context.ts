import type { By, ContextPath, DeviceId, DocId, JsonValue, Version } from '@hcfs/core'
import type { Chunk } from '../chunking/chunk.ts'

/** A context as the index keeps it. */
export interface IndexedContext {
  readonly docId: DocId
  readonly path: ContextPath
  readonly version: Version
  readonly author: DeviceId
  readonly by?: By
  readonly updatedAtMs: number
  readonly title?: string
  readonly kind?: string
  readonly tags: readonly string[]
  /** What filters can ask for: JSON pointers to values. */
  readonly fields: Readonly<Record<string, JsonValue>>
  /** In the order of the context; each id once. */
  readonly chunks: readonly Chunk[]
  /** Why it could not be cut into chunks. */
  readonly failure?: string
}

export interface IndexBatch {
  readonly contexts: readonly IndexedContext[]
  readonly removed: readonly DocId[]
  /** Where in the log the index stands once the batch is in. */
  readonly position: number
}

/** A chunk as a hit shows it. */
export interface IndexedChunk extends Chunk, Omit<IndexedContext, 'fields' | 'chunks' | 'failure'> {
  readonly label: number
}
