import type { ChangeKind, CommitId, DocId, HybridTime } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { LogPlace } from './commit-log.ts'

/** One row of the index from a context to its entries in the log. */
export interface HistoryRow extends LogPlace {
  readonly commit: CommitId
  readonly kind: ChangeKind
  readonly hlc: HybridTime
  /**
   * Whether the entry had every earlier entry of this context in its past, here.
   * Then everything at or before its place belongs to its version, and nothing else does.
   */
  readonly coversAllBefore: boolean
}

export interface HistoryRange {
  /** Only rows before this place. */
  before?: LogPlace
  /** Only rows behind this place. */
  after?: LogPlace
  newestFirst?: boolean
  limit?: number
  signal?: AbortSignal
}

type StoredHistoryRow = readonly [commit: CommitId, kind: ChangeKind, hlc: HybridTime, covers: 0 | 1]

/** Which entries of the log belong to a context, in the order in which this node applied them. */
export class ContextHistory {
  readonly #store: StoreReads

  constructor({ store }: { store: StoreReads }) {
    this.#store = store
  }

  append(docId: DocId, row: HistoryRow): StoreOperation {
    const stored: StoredHistoryRow = [row.commit, row.kind, row.hlc, row.coversAllBefore ? 1 : 0]
    const key = keys.history(docId, row)
    return { type: 'put', key, value: JSON.stringify(stored) }
  }

  async *rows(docId: DocId, range: HistoryRange = {}): AsyncIterable<HistoryRow> {
    const bounds = keys.historyRange(docId)
    const scan = this.#store.scanText({
      ...bounds,
      ...(range.after === undefined ? {} : { gt: keys.history(docId, range.after) }),
      ...(range.before === undefined ? {} : { lt: keys.history(docId, range.before) }),
      ...(range.limit === undefined ? {} : { limit: range.limit }),
      ...(range.signal === undefined ? {} : { signal: range.signal }),
      reverse: range.newestFirst === true
    })
    for await (const chunk of scan) {
      for (const [key, text] of chunk) yield this.#read(key, text)
    }
  }

  #read(key: string, text: string): HistoryRow {
    const [commit, kind, hlc, covers]: StoredHistoryRow = JSON.parse(text)
    return { ...keys.parseHistoryKey(key), commit, kind, hlc, coversAllBefore: covers === 1 }
  }
}
