import type { ContextPath, DocId } from '@hcfs/core'
import { docId as parseDocId } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { keys } from '../storage/keys.ts'
import type { ReplicatedState } from './replicated-state.ts'

const FAMILY = keys.family('history').gte ?? ''
const DOC_DIGITS = 64
const LEAF_DIGITS = 4
/** Behind every character of a key. */
const AFTER_LAST = '~'

/** Documents of one space by their ids. Rows lie by path; a document's history says which path it has. */
export class StoredDocuments {
  readonly #state: Pick<ReplicatedState, 'store' | 'log' | 'rows'>
  readonly #space: ContextPath

  constructor(state: Pick<ReplicatedState, 'store' | 'log' | 'rows'>, space: ContextPath) {
    this.#state = state
    this.#space = space
  }

  async row(docId: DocId): Promise<ContextRow | undefined> {
    const { store, log, rows } = this.#state
    for await (const [key] of store.scanKeys({ ...keys.historyRange(docId), limit: 1 })) {
      if (key === undefined) continue
      const place = keys.parseHistoryKey(key)
      const { space } = log.header(place.position).header
      if (space !== this.#space) return undefined
      return rows.inSpace({ space, path: log.entry(place).entry.path, docId })
    }
    return undefined
  }

  /** Rows of one leaf, ascending by document. A document's other history is stepped over, however long it is. */
  async *inLeaf(leaf: number, after: DocId | undefined): AsyncIterable<ContextRow> {
    const first = FAMILY + leaf.toString(16).padStart(LEAF_DIGITS, '0')
    const end = first + AFTER_LAST
    let from = after === undefined || FAMILY + after < first ? first : FAMILY + after + AFTER_LAST
    for (let next = await this.#nextDocument(from, end); next !== undefined; ) {
      const row = await this.row(next)
      if (row !== undefined) yield row
      from = FAMILY + next + AFTER_LAST
      next = await this.#nextDocument(from, end)
    }
  }

  async #nextDocument(gte: string, lt: string): Promise<DocId | undefined> {
    if (gte >= lt) return undefined
    for await (const [key] of this.#state.store.scanKeys({ gte, lt, limit: 1 })) {
      if (key !== undefined) return parseDocId(key.slice(FAMILY.length, FAMILY.length + DOC_DIGITS))
    }
    return undefined
  }
}
