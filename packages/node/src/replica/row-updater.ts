import type { CommitId, ContextPath } from '@hcfs/core'
import { EMPTY_CONTENT, ROOT_PATH } from '@hcfs/core'
import type { Commit, CommitEntry, ContextDocument } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { CheckpointOptions } from './checkpoint-due.ts'
import { isCheckpointDue, NO_CHECKPOINT } from './checkpoint-due.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { LogPlace } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import type { ContextRow, HiddenReason } from './context-row.ts'
import { isShown } from './context-row.ts'
import type { FingerprintElement } from './element-hasher.ts'
import { expiresAtMs } from './expiry.ts'
import { hidingAfter } from './hiding.ts'
import type { RowPlaces } from './row-places.ts'
import type { RowStore } from './row-store.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'

export interface RowUpdaterComponents {
  rows: RowStore
  history: ContextHistory
  fingerprints: SpaceFingerprints
  checkpoints: CheckpointStore
}

/** An entry that is being applied, with the commit it came in and the document it led to. */
export interface EntryToApply {
  readonly commit: Pick<Commit, 'id' | 'header'>
  readonly entry: CommitEntry
  readonly place: LogPlace
  readonly before: ContextRow | undefined
  /** The document with this entry; left out when the entry does not change it. */
  readonly document?: ContextDocument | undefined
  readonly payloadBytes: number
  /** Why a delete hides the context. */
  readonly reason: HiddenReason
  /** Whether the entry saw another one of this context when it was written. */
  readonly sawBefore: (other: CommitId) => boolean
}

export interface RowUpdate {
  readonly row: ContextRow
  readonly operations: readonly StoreOperation[]
}

/** What follows from one applied entry: the context's new row, its history, its fingerprint and its expiry. */
export class RowUpdater {
  readonly #components: RowUpdaterComponents
  readonly #options: CheckpointOptions

  constructor(components: RowUpdaterComponents, options: CheckpointOptions) {
    this.#components = components
    this.#options = options
  }

  apply(applied: EntryToApply): RowUpdate {
    const { rows, history } = this.#components
    const { before, commit, entry, place } = applied
    const { row, operations: checkpoint } = this.#withCheckpoint(rowAfter(applied), applied)
    this.#updateFingerprint(commit.header.space, before, row)
    const coversAllBefore = before === undefined || before.heads.every(applied.sawBefore)
    const historyRow = { ...place, commit: commit.id, kind: entry.kind, hlc: commit.header.hlc, coversAllBefore }
    return {
      row,
      operations: [
        history.append(row.docId, historyRow),
        ...rows.replace(before, row),
        ...expiryOperations(before, row, rows.places),
        ...checkpoint
      ]
    }
  }

  /** Only a document that is in memory anyway is worth encoding. */
  #withCheckpoint(row: ContextRow, { document, place }: EntryToApply): RowUpdate {
    if (document === undefined || !isCheckpointDue(row.sinceCheckpoint, this.#options)) return { row, operations: [] }
    const state = document.encodeState()
    const sinceCheckpoint = { entries: 0, bytes: 0, stateBytes: state.bytes.byteLength }
    return {
      row: { ...row, sinceCheckpoint },
      operations: [this.#components.checkpoints.write(row.docId, { place, state })]
    }
  }

  #updateFingerprint(space: ContextPath, before: ContextRow | undefined, after: ContextRow): void {
    const fingerprints = this.#components.fingerprints.of(space)
    if (before !== undefined) fingerprints.remove(elementOf(before))
    fingerprints.add(elementOf(after))
  }
}

/** The rule by which a context follows from its entries. */
export function rowAfter({
  commit,
  entry,
  before,
  document,
  payloadBytes,
  reason,
  sawBefore
}: EntryToApply): ContextRow {
  const written = { hlc: commit.header.hlc, author: commit.header.author, by: entry.by }
  const newest = before === undefined || isNewer(written, before) ? written : before
  const unseen =
    before === undefined ? [] : before.heads.filter((head) => !entry.deps.includes(head) && !sawBefore(head))
  const since = before?.sinceCheckpoint ?? NO_CHECKPOINT
  const { space } = commit.header
  return {
    path: entry.path,
    ...(space === ROOT_PATH ? {} : { space }),
    docId: before?.docId ?? document?.docId ?? documentIdOf(commit.header.space, entry.path),
    content: document?.content ?? before?.content ?? EMPTY_CONTENT,
    heads: [...unseen, commit.id].sort(),
    hiddenBy: hidingAfter(
      before?.hiddenBy ?? [],
      { commit: commit.id, kind: entry.kind, reason, ...(entry.about === undefined ? {} : { about: entry.about }) },
      sawBefore
    ),
    hlc: newest.hlc,
    author: newest.author,
    sinceCheckpoint: { ...since, entries: since.entries + 1, bytes: since.bytes + payloadBytes },
    entryCount: (before?.entryCount ?? 0) + 1,
    historyBytes: (before?.historyBytes ?? 0) + payloadBytes,
    ...(newest.by === undefined ? {} : { by: newest.by })
  }
}

type Written = Pick<ContextRow, 'hlc' | 'author'> & { readonly by?: ContextRow['by'] | undefined }

/** Of two that are dated alike, replicas name the same one, whichever came first. */
function isNewer(written: Written, other: Written): boolean {
  if (written.hlc !== other.hlc) return written.hlc > other.hlc
  if (written.author !== other.author) return written.author > other.author
  return (JSON.stringify(written.by) ?? '') > (JSON.stringify(other.by) ?? '')
}

export function elementOf(row: ContextRow): FingerprintElement {
  return { docId: row.docId, heads: row.heads, isDeleted: !isShown(row) }
}

export function expiryOperations(
  before: ContextRow | undefined,
  after: ContextRow | undefined,
  places: Pick<RowPlaces, 'isListed'>
): StoreOperation[] {
  const was = before === undefined || !places.isListed(before) ? undefined : expiresAtMs(before.content)
  const is = after !== undefined && places.isListed(after) ? expiresAtMs(after.content) : undefined
  if (was === is) return []
  const operations: StoreOperation[] = []
  if (before !== undefined && was !== undefined) operations.push({ type: 'del', key: keys.expiry(was, before.path) })
  if (after !== undefined && is !== undefined)
    operations.push({ type: 'put', key: keys.expiry(is, after.path), value: '' })
  return operations
}
