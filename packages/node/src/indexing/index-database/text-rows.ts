import type { StatementSync } from 'node:sqlite'
import { pathSegments } from '@hcfs/core'
import type { Chunk } from '../chunking/chunk.ts'
import { analyzeText } from './analyze-text.ts'
import type { IndexDatabase } from './index-database.ts'
import type { IndexedContext } from './indexed-context.ts'

/** What all chunks of a context are found by, prepared for the text index. */
export interface TextHead {
  readonly title: string
  readonly tags: string
  readonly path: string
}

/** What one chunk adds to it. */
export type TextPiece = Pick<Chunk, 'headings' | 'text'>

/** The rows of the full-text index, one for each chunk, under its label. */
export class TextRows {
  readonly #insert: StatementSync
  readonly #remove: StatementSync

  constructor({ connection }: IndexDatabase) {
    this.#insert = connection.prepare(
      'INSERT INTO words (rowid, title, headings, tags, path, names, text) VALUES (?, ?, ?, ?, ?, ?, ?)'
    )
    this.#remove = connection.prepare(
      `INSERT INTO words (words, rowid, title, headings, tags, path, names, text)
        VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)`
    )
  }

  insert(label: number, head: TextHead, piece: TextPiece): void {
    this.#insert.run(label, ...columnsOf(head, piece))
  }

  /** With exactly what was inserted: the index forgets what it is told to, not what it has. */
  remove(label: number, head: TextHead, piece: TextPiece): void {
    this.#remove.run(label, ...columnsOf(head, piece))
  }
}

function columnsOf({ title, tags, path }: TextHead, { headings, text }: TextPiece): string[] {
  const { words, names, pairs } = analyzeText(text)
  return [title, searchable(headings.join('\n')), tags, path, [...names, ...pairs].join(' '), words]
}

export function textHead({ title = '', tags, path }: Pick<IndexedContext, 'title' | 'tags' | 'path'>): TextHead {
  return {
    title: searchable(title),
    tags: searchable(tags.join('\n')),
    path: searchable(pathSegments(path).join('\n'))
  }
}

function searchable(text: string): string {
  const { words, names, pairs } = analyzeText(text)
  return [words, ...names, ...pairs].join('\n')
}
