import type { DocId } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { CheckpointOptions } from './checkpoint-due.ts'
import { isCheckpointDue } from './checkpoint-due.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory, IndexedEntry } from './context-history.ts'
import type { ContextStep } from './context-replay.ts'
import { ContextReplay } from './context-replay.ts'
import type { ContextRow } from './context-row.ts'
import { countRow, readCounts, writeCounts } from './counts.ts'
import type { RowStore } from './row-store.ts'
import { elementOf, expiryOperations } from './row-updater.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'

export interface ContextRebuildComponents {
  store: StoreReads
  log: CommitLog
  history: ContextHistory
  rows: RowStore
  checkpoints: CheckpointStore
  fingerprints: SpaceFingerprints
}

/** Makes everything that follows from the entries of one context anew, leaving out those that are void. */
export class ContextRebuild {
  readonly #components: ContextRebuildComponents
  readonly #options: CheckpointOptions

  constructor(components: ContextRebuildComponents, options: CheckpointOptions) {
    this.#components = components
    this.#options = options
  }

  /** What to write in one batch; a second time it makes the same. */
  async operations(docId: DocId): Promise<StoreOperation[]> {
    const { log, history, fingerprints, rows } = this.#components
    const replay = new ContextReplay(docId)
    const operations: StoreOperation[] = await this.#dropCheckpoints(docId)
    let last: ContextStep | undefined
    let place: Pick<ContextRow, 'path'> | undefined
    let space: Parameters<SpaceFingerprints['of']>[0] | undefined
    for await (const indexed of history.allRows(docId)) {
      const signed = log.header(indexed.position)
      const logged = log.entry(indexed)
      place = logged.entry
      space = signed.header.space
      const voided = log.voidsAt(indexed.position).get(indexed.index)
      if (voided !== undefined) {
        operations.push(history.append(docId, voidRow(indexed, voided.isFinal)))
        continue
      }
      const { position, index } = indexed
      last = replay.apply({ place: { position, index }, signed, entry: logged.entry, payload: logged.payload })
      operations.push(history.append(docId, last.historyRow))
    }
    if (place === undefined || space === undefined) return operations
    const before = rows.inSpace({ space, path: place.path, docId })
    const after = last === undefined ? undefined : this.#withCheckpoint(docId, last, operations)
    operations.push(...this.#replace(before, after))
    const trie = fingerprints.of(space)
    if (before !== undefined) trie.remove(elementOf(before))
    if (after === undefined) trie.see(docId)
    else trie.add(elementOf(after))
    return [...operations, ...fingerprints.takeChanged()]
  }

  #replace(before: ContextRow | undefined, after: ContextRow | undefined): StoreOperation[] {
    const { rows, store } = this.#components
    const { places } = rows
    const counts = writeCounts(countRow(readCounts(store), { before, after }, places))
    const expiry = expiryOperations(before, after, places)
    if (after !== undefined) return [...rows.replace(before, after), ...expiry, counts]
    return before === undefined ? [counts] : [{ type: 'del', key: places.keyOf(before) }, ...expiry, counts]
  }

  #withCheckpoint(docId: DocId, { row, historyRow, document }: ContextStep, operations: StoreOperation[]): ContextRow {
    if (!isCheckpointDue(row.sinceCheckpoint, this.#options)) return row
    const state = document.encodeState()
    const { position, index } = historyRow
    operations.push(this.#components.checkpoints.write(docId, { place: { position, index }, state }))
    return { ...row, sinceCheckpoint: { entries: 0, bytes: 0, stateBytes: state.bytes.byteLength } }
  }

  async #dropCheckpoints(docId: DocId): Promise<StoreOperation[]> {
    const operations: StoreOperation[] = []
    for await (const chunk of this.#components.store.scanKeys(keys.checkpointRange(docId))) {
      for (const key of chunk) operations.push({ type: 'del', key })
    }
    return operations
  }
}

function voidRow(indexed: IndexedEntry, isFinal: boolean): IndexedEntry {
  return { ...indexed, coversAllBefore: false, voided: isFinal ? 'final' : 'held' }
}
