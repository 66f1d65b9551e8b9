import type { CommitId, DocId, HybridTime } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { ContextDocument } from '@hcfs/crdt'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { CommitLog, LogPlace } from './commit-log.ts'
import type { ContextHistory, HistoryRow } from './context-history.ts'

export interface VersionReaderComponents {
  log: CommitLog
  history: ContextHistory
  checkpoints: CheckpointStore
}

/**
 * The entries that a version consists of: all up to a place, and some behind it
 * where others were written at the same time.
 */
export interface VersionEntries {
  /** Everything at or before this place belongs to the version. */
  readonly prefixEnd: HistoryRow | undefined
  /** What else belongs to it, oldest first. */
  readonly extra: readonly HistoryRow[]
}

export interface VersionOptions {
  signal?: AbortSignal
}

/** Rebuilds documents as they were, from the nearest checkpoint and the log. */
export class VersionReader {
  readonly #log: CommitLog
  readonly #history: ContextHistory
  readonly #checkpoints: CheckpointStore

  constructor({ log, history, checkpoints }: VersionReaderComponents) {
    this.#log = log
    this.#history = history
    this.#checkpoints = checkpoints
  }

  /** The document with everything that was applied here. */
  async current(docId: DocId): Promise<ContextDocument> {
    return this.#replay(docId, { before: undefined, extra: [] })
  }

  async document(docId: DocId, entries: VersionEntries): Promise<ContextDocument> {
    const { prefixEnd, extra } = entries
    if (prefixEnd === undefined) return this.#replayRows(ContextDocument.empty(docId), extra)
    return this.#replay(docId, { before: prefixEnd, extra })
  }

  /**
   * Which entries made the version that these heads name: the heads, and all in
   * their past. `undefined` when the context has no such version here.
   */
  async entriesOfHeads(
    docId: DocId,
    heads: readonly CommitId[],
    { signal }: VersionOptions = {}
  ): Promise<VersionEntries | undefined> {
    const wanted = new Set(heads)
    const extra: HistoryRow[] = []
    const rows = this.#history.rows(docId, {
      ...this.#behindHeads(heads),
      newestFirst: true,
      ...(signal && { signal })
    })
    for await (const row of rows) {
      if (!wanted.delete(row.commit)) continue
      // What is still wanted lies before this row, which covers it.
      if (row.coversAllBefore) return { prefixEnd: row, extra: extra.reverse() }
      extra.push(row)
      for (const dep of this.#log.entry(row).entry.deps) wanted.add(dep)
      if (wanted.size === 0) return { prefixEnd: undefined, extra: extra.reverse() }
    }
    return undefined
  }

  /** Which entries are dated at or before a time. Empty when the context did not exist yet. */
  async entriesUpTo(docId: DocId, time: HybridTime, { signal }: VersionOptions = {}): Promise<VersionEntries> {
    const extra: HistoryRow[] = []
    for await (const row of this.#history.rows(docId, { newestFirst: true, ...(signal && { signal }) })) {
      if (row.hlc > time) continue
      // What an entry has in its past is dated before it, so the rest follows.
      if (row.coversAllBefore) return { prefixEnd: row, extra: extra.reverse() }
      extra.push(row)
    }
    return { prefixEnd: undefined, extra: extra.reverse() }
  }

  /** The entries of a version that no other of its entries follows. */
  headsOf({ prefixEnd, extra }: VersionEntries): CommitId[] {
    const heads = new Set(prefixEnd === undefined ? [] : [prefixEnd.commit])
    for (const row of extra) {
      for (const dep of this.#log.entry(row).entry.deps) heads.delete(dep)
      heads.add(row.commit)
    }
    return [...heads].sort()
  }

  /** No head is behind the last of them in the log, so the search starts there. */
  #behindHeads(heads: readonly CommitId[]): { before?: LogPlace } {
    const positions = heads.map((head) => this.#log.positionOf(head))
    if (positions.includes(undefined)) throw unknownVersion()
    return { before: { position: Math.max(...positions.map((position) => position ?? 0)) + 1, index: 0 } }
  }

  async #replay(
    docId: DocId,
    upTo: { before: HistoryRow | undefined; extra: readonly HistoryRow[] }
  ): Promise<ContextDocument> {
    // A commit holds one entry of a context at most, so the place behind it may as well be the next commit.
    const end = upTo.before === undefined ? undefined : { position: upTo.before.position + 1, index: 0 }
    const checkpoint = await this.#checkpoints.newestBefore(docId, end)
    const document =
      checkpoint === undefined ? ContextDocument.empty(docId) : ContextDocument.load(docId, checkpoint.state)
    const rows = this.#history.rows(docId, {
      ...(checkpoint === undefined ? {} : { after: checkpoint.place }),
      ...(end === undefined ? {} : { before: end })
    })
    for await (const row of rows) this.#apply(document, row)
    return this.#replayRows(document, upTo.extra)
  }

  #replayRows(document: ContextDocument, rows: readonly HistoryRow[]): ContextDocument {
    for (const row of rows) this.#apply(document, row)
    return document
  }

  #apply(document: ContextDocument, row: HistoryRow): void {
    const { payload } = this.#log.entry(row)
    if (payload.byteLength > 0) document.apply(payload)
  }
}

export function unknownVersion(): HcfsError {
  return new HcfsError(
    'VERSION_UNKNOWN',
    'This node does not hold that version of the context; `hcfs log PATH` lists those it has'
  )
}
