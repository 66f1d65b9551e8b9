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

/** Also of an entry that has no effect. */
export interface IndexedEntry extends HistoryRow {
  /** `held` while a fork is undecided. Absent for entries that apply. */
  readonly voided?: 'final' | 'held'
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

type StoredHistoryRow = readonly [commit: CommitId, kind: ChangeKind, hlc: HybridTime, covers: 0 | 1, voided?: 1 | 2]

const VOIDED = { final: 1, held: 2 } as const

/** Which entries of the log belong to a context, in the order in which this node applied them. */
export class ContextHistory {
  readonly #store: StoreReads

  constructor({ store }: { store: StoreReads }) {
    this.#store = store
  }

  append(docId: DocId, row: IndexedEntry): StoreOperation {
    const usual: StoredHistoryRow = [row.commit, row.kind, row.hlc, row.coversAllBefore ? 1 : 0]
    const stored = row.voided === undefined ? usual : [...usual, VOIDED[row.voided]]
    const key = keys.history(docId, row)
    return { type: 'put', key, value: JSON.stringify(stored) }
  }

  /** Of the entries that apply. */
  async *rows(docId: DocId, range: HistoryRange = {}): AsyncIterable<HistoryRow> {
    const { limit = Number.POSITIVE_INFINITY, ...bounds } = range
    let left = limit
    let from: HistoryRange = bounds
    while (left > 0) {
      const asked = left
      let read = 0
      let last: IndexedEntry | undefined
      for await (const row of this.allRows(docId, {
        ...from,
        ...(limit < Number.POSITIVE_INFINITY && { limit: asked })
      })) {
        read += 1
        last = row
        if (row.voided !== undefined) continue
        yield row
        left -= 1
      }
      if (last === undefined || read < asked) return
      // Some of the page were void: the next rows are behind it.
      from = range.newestFirst === true ? { ...from, before: last } : { ...from, after: last }
    }
  }

  /** Of every entry in the log, those that are void among them. */
  async *allRows(docId: DocId, range: HistoryRange = {}): AsyncIterable<IndexedEntry> {
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

  #read(key: string, text: string): IndexedEntry {
    const [commit, kind, hlc, covers, voided]: StoredHistoryRow = JSON.parse(text)
    const row = { ...keys.parseHistoryKey(key), commit, kind, hlc, coversAllBefore: covers === 1 }
    return voided === undefined ? row : { ...row, voided: voided === VOIDED.final ? 'final' : 'held' }
  }
}
