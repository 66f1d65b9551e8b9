import { ChunkRows } from './chunk-rows.ts'
import { ContextRows, digestOf } from './context-rows.ts'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'
import type { IndexBatch, IndexedContext } from './indexed-context.ts'
import { textHead } from './text-rows.ts'

/**
 * Brings batches of contexts into the index. Each is one transaction together with
 * the position it stands for, so after a crash the log tells what is missing. A
 * batch that is applied again changes nothing.
 */
export class IndexWriter {
  readonly #database: IndexDatabase
  readonly #contexts: ContextRows
  readonly #chunks: ChunkRows
  readonly #counters: Counters

  constructor(database: IndexDatabase) {
    this.#database = database
    this.#contexts = new ContextRows(database)
    this.#chunks = new ChunkRows(database)
    this.#counters = new Counters(database)
  }

  apply({ contexts, removed, position }: IndexBatch): void {
    this.#database.transaction(() => {
      for (const docId of removed) {
        const stored = this.#contexts.find(docId)
        if (stored === undefined) continue
        this.#chunks.removeAll(stored.id, stored.head)
        this.#contexts.remove(stored.id)
      }
      for (const context of contexts) this.#put(context)
      this.#counters.set('position', position)
      this.#counters.next('revision')
    })
  }

  #put(context: IndexedContext): void {
    const stored = this.#contexts.find(context.docId)
    const digest = digestOf(context)
    if (stored?.digest === digest) return
    const id = this.#contexts.put(context, { digest, stored })
    const head = textHead(context)
    this.#chunks.update({ context: id, chunks: context.chunks, head, headBefore: stored?.head ?? head })
  }
}
