import type { ContextPath, JsonObject } from '@hcfs/core'

/** What a chunker reads of a context. */
export interface ChunkSource {
  readonly path: ContextPath
  readonly body: string
  readonly fields: JsonObject
  readonly title?: string
  readonly kind?: string
}

/** A piece of a context that is found on its own. */
export interface Chunk {
  /** Hash of the content, and an ordinal among equal ones of one context: text that moves keeps its id. */
  readonly id: string
  /** SHA-256 of `text` in hex: content that is the same anywhere is embedded once. */
  readonly contentHash: string
  readonly part: 'body' | 'fields'
  /** UTF-16 offsets: `text` is `body.slice(start, end)`, or the same of the fields written as `key: value` lines. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** The headings, or names of classes and functions, around the piece, outermost first. */
  readonly headings: readonly string[]
  readonly format: 'markdown' | 'code' | 'text' | 'fields'
}

export interface Chunker {
  /** Changes whenever the same source would be cut in another way. */
  readonly version: string
  chunk(source: ChunkSource): readonly Chunk[]
}
