import type { StatementSync } from 'node:sqlite'
import type { DocId } from '@hcfs/core'
import { pathFromKey, pathKey, sha256Hex } from '@hcfs/core'
import type { IndexDatabase } from './index-database.ts'
import type { IndexedContext } from './indexed-context.ts'
import { fieldValueKey } from './search-filter-sql.ts'
import type { TextHead } from './text-rows.ts'
import { textHead } from './text-rows.ts'

/** What a writer has to know of a context that is in the index already. */
export interface StoredContext {
  readonly id: number
  /** Equal for contexts that would be stored alike. */
  readonly digest: string
  /** What its chunks are found by. */
  readonly head: TextHead
}

/** The rows of contexts, and of the tags and fields that filters ask for. */
export class ContextRows {
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #remove: StatementSync
  readonly #insertTag: StatementSync
  readonly #insertField: StatementSync
  readonly #removeTags: StatementSync
  readonly #removeFields: StatementSync

  constructor({ connection }: IndexDatabase) {
    this.#find = connection.prepare('SELECT id, digest, title, tags, pathKey FROM contexts WHERE docId = ?')
    // Not one statement for both: it would make a savepoint, at which the text index writes what it has gathered.
    this.#insert = connection.prepare(
      `INSERT INTO contexts
        (pathKey, version, author, agent, "by", updatedAtMs, title, kind, tags, chunkCount, digest, docId)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    this.#update = connection.prepare(
      `UPDATE contexts SET pathKey = ?, version = ?, author = ?, agent = ?, "by" = ?, updatedAtMs = ?, title = ?,
        kind = ?, tags = ?, chunkCount = ?, digest = ? WHERE id = ?`
    )
    this.#remove = connection.prepare('DELETE FROM contexts WHERE id = ?')
    this.#insertTag = connection.prepare('INSERT OR IGNORE INTO contextTags (tag, context) VALUES (?, ?)')
    this.#insertField = connection.prepare('INSERT INTO contextFields (pointer, value, context) VALUES (?, ?, ?)')
    this.#removeTags = connection.prepare('DELETE FROM contextTags WHERE context = ?')
    this.#removeFields = connection.prepare('DELETE FROM contextFields WHERE context = ?')
  }

  find(docId: DocId): StoredContext | undefined {
    const row = this.#find.get(docId)
    if (row === undefined) return undefined
    const title = row['title'] === null ? {} : { title: String(row['title']) }
    const tags = JSON.parse(String(row['tags'])) as readonly string[]
    const head = textHead({ ...title, tags, path: pathFromKey(String(row['pathKey'])) })
    return { id: Number(row['id']), digest: String(row['digest']), head }
  }

  /** The id of the context's row. */
  put(context: IndexedContext, { digest, stored }: { digest: string; stored: StoredContext | undefined }): number {
    const { docId, path, version, author, by, updatedAtMs, title, kind, tags, chunks } = context
    if (stored !== undefined) this.#removeFacets(stored.id)
    const row = [
      ...[pathKey(path), version, author, by?.agent ?? null, by === undefined ? null : JSON.stringify(by)],
      ...[updatedAtMs, title ?? null, kind ?? null, JSON.stringify(tags), chunks.length, digest]
    ]
    if (stored !== undefined) this.#update.run(...row, stored.id)
    const id = stored?.id ?? Number(this.#insert.run(...row, docId).lastInsertRowid)
    for (const tag of tags) this.#insertTag.run(tag, id)
    for (const [pointer, value] of Object.entries(context.fields)) {
      this.#insertField.run(pointer, fieldValueKey(value), id)
    }
    return id
  }

  remove(id: number): void {
    this.#removeFacets(id)
    this.#remove.run(id)
  }

  #removeFacets(id: number): void {
    this.#removeTags.run(id)
    this.#removeFields.run(id)
  }
}

/** What the digest of a context begins with that could not be cut into chunks. */
export const SKIPPED = 'skipped '

/** Of all that is stored. A chunk's id stands for its text. */
export function digestOf(context: IndexedContext): string {
  const { path, version, author, by, updatedAtMs, title, kind, tags, fields } = context
  const chunks = context.chunks.map(({ id, contentHash, part, start, end, headings, format }) => {
    return [id, contentHash, part, start, end, headings, format]
  })
  // Tried again with the next version, and counted by this beginning.
  if (context.failure !== undefined) return `${SKIPPED}${version}`
  const all = [path, version, author, by, updatedAtMs, title, kind, tags, Object.entries(fields), chunks]
  return sha256Hex(new TextEncoder().encode(JSON.stringify(all)))
}
