import type { StatementSync } from 'node:sqlite'
import { HcfsError, hexToBytes } from '@hcfs/core'
import type { Chunk } from '../chunking/chunk.ts'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'
import { LabelLog } from './label-log.ts'
import type { TextHead } from './text-rows.ts'
import { TextRows } from './text-rows.ts'

/** Labels are 32 bits wide in a vector index. */
const LABEL_MAX = 2 ** 32 - 1

interface StoredChunk {
  readonly label: number
  /** Equal for chunks whose rows would be alike, the text index apart. */
  readonly place: string
  readonly headings: string
}

export interface ChunkUpdate {
  readonly context: number
  readonly chunks: readonly Chunk[]
  readonly head: TextHead
  /** What the stored chunks of the context are found by until now. */
  readonly headBefore: TextHead
}

interface ChunkMove {
  readonly chunk: Chunk
  readonly head: TextHead
  readonly headBefore: TextHead
}

/**
 * The rows of chunks. A chunk keeps its label as long as its context has it, also
 * when it moves within the body; a label is never given again.
 */
export class ChunkRows {
  readonly #text: TextRows
  readonly #counters: Counters
  readonly #log: LabelLog
  readonly #ofContext: StatementSync
  readonly #insert: StatementSync
  readonly #insertText: StatementSync
  readonly #move: StatementSync
  readonly #remove: StatementSync
  readonly #removeText: StatementSync
  readonly #textOf: StatementSync

  constructor(database: IndexDatabase) {
    const { connection } = database
    this.#text = new TextRows(database)
    this.#counters = new Counters(database)
    this.#log = new LabelLog(database)
    this.#ofContext = connection.prepare(
      `SELECT label, chunkId, hex(contentHash) AS contentHash, part, start, "end", headings, format
        FROM chunks WHERE context = ?`
    )
    this.#insert = connection.prepare(
      `INSERT INTO chunks (label, context, chunkId, contentHash, part, start, "end", headings, format)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    this.#insertText = connection.prepare('INSERT INTO chunkTexts (label, text) VALUES (?, ?)')
    this.#move = connection.prepare(
      'UPDATE chunks SET part = ?, start = ?, "end" = ?, headings = ?, format = ? WHERE label = ?'
    )
    this.#remove = connection.prepare('DELETE FROM chunks WHERE label = ?')
    this.#textOf = connection.prepare('SELECT text FROM chunkTexts WHERE label = ?')
    this.#removeText = connection.prepare('DELETE FROM chunkTexts WHERE label = ?')
  }

  /** Makes the chunks of a context these. */
  update({ context, chunks, head, headBefore }: ChunkUpdate): void {
    const stored = this.#storedChunks(context)
    const labelFirst = this.#counters.get('label') + 1
    let label = labelFirst
    for (const chunk of chunks) {
      const before = stored.get(keyOf(chunk))
      stored.delete(keyOf(chunk))
      if (before === undefined) {
        this.#add(label, { context, chunk, head })
        label += 1
        continue
      }
      this.#keep(before, { chunk, head, headBefore })
    }
    for (const gone of stored.values()) this.#drop(gone, headBefore)
    if (label > labelFirst) this.#counters.set('label', label - 1)
  }

  removeAll(context: number, head: TextHead): void {
    for (const gone of this.#storedChunks(context).values()) this.#drop(gone, head)
  }

  #storedChunks(context: number): Map<string, StoredChunk> {
    const stored = new Map<string, StoredChunk>()
    for (const row of this.#ofContext.iterate(context)) {
      const headings = String(row['headings'])
      const place = [row['part'], row['start'], row['end'], headings, row['format']].join(' ')
      stored.set(`${row['chunkId']} ${String(row['contentHash']).toLowerCase()}`, {
        label: Number(row['label']),
        place,
        headings
      })
    }
    return stored
  }

  #add(label: number, { context, chunk, head }: { context: number; chunk: Chunk; head: TextHead }): void {
    if (label > LABEL_MAX) throw labelsUsedUp()
    const { id, contentHash, part, start, end, headings, format, text } = chunk
    const hash = hexToBytes(contentHash)
    this.#insert.run(label, context, id, hash, part, start, end, JSON.stringify(headings), format)
    this.#insertText.run(label, text)
    this.#text.insert(label, head, chunk)
    this.#log.chunkAdded(label, hash)
  }

  #keep(before: StoredChunk, { chunk, head, headBefore }: ChunkMove): void {
    const { part, start, end, format } = chunk
    const headings = JSON.stringify(chunk.headings)
    if (before.place !== [part, start, end, headings, format].join(' ')) {
      this.#move.run(part, start, end, headings, format, before.label)
    }
    if (isEqualHead(head, headBefore) && before.headings === headings) return
    this.#text.remove(before.label, headBefore, { headings: headingsOf(before), text: chunk.text })
    this.#text.insert(before.label, head, chunk)
  }

  #drop(gone: StoredChunk, head: TextHead): void {
    const { label } = gone
    const text = String(this.#textOf.get(label)?.['text'])
    this.#text.remove(label, head, { headings: headingsOf(gone), text })
    this.#remove.run(label)
    this.#removeText.run(label)
    this.#log.chunkRemoved(label)
  }
}

function headingsOf({ headings }: StoredChunk): readonly string[] {
  return JSON.parse(headings) as readonly string[]
}

function isEqualHead(a: TextHead, b: TextHead): boolean {
  return a.title === b.title && a.tags === b.tags && a.path === b.path
}

function keyOf({ id, contentHash }: Chunk): string {
  return `${id} ${contentHash}`
}

function labelsUsedUp(): HcfsError {
  return new HcfsError('INDEX_DAMAGED', 'The search index has used up its labels. It is built anew from the contexts')
}
