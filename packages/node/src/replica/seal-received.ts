import type { ContextPath } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import { NO_PAYLOAD } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import { hiddenReasonOf } from './context-replay.ts'
import type { ContextRow } from './context-row.ts'
import type { LiveDocuments } from './live-documents.ts'
import type { ReceivedEntry, ReceiveRequest } from './received-commit.ts'
import { ReceivedTooLate } from './received-too-late.ts'
import type { RowUpdater } from './row-updater.ts'
import type { SealedChains } from './sealed-chains.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'
import { markUnjudged } from './unjudged.ts'
import { isVoid, writeVoids } from './void-record.ts'
import type { CommittedAs, WriteOutcome, WrittenEntry } from './write-request.ts'

export interface SealReceivedComponents {
  log: CommitLog
  history: ContextHistory
  documents: LiveDocuments
  rowUpdater: RowUpdater
  chains: SealedChains
  fingerprints: SpaceFingerprints
}

export interface ReceivedPlace {
  readonly position: number
  /** Of the context that a space has at a path. */
  readonly rowIn: (space: ContextPath, path: ContextPath) => ContextRow | undefined
}

export interface SealedReceived {
  readonly operations: readonly StoreOperation[]
  readonly outcome: WriteOutcome
}

/** What to write so that a commit of somebody else, which was judged, takes its place in the log. */
export function sealReceived(
  components: SealReceivedComponents,
  { received: { commit, payloads }, entries, verdicts, unjudged, claimed }: ReceiveRequest,
  { position, rowIn }: ReceivedPlace
): SealedReceived {
  const { log, chains } = components
  const { author, incarnation, space, seq, prev, hlc } = commit.header
  if (prev !== undefined && !chains.holds(commit.header, prev) && log.positionOf(prev) === undefined) {
    throw new ReceivedTooLate()
  }
  for (const [index, { entry, before }] of entries.entries()) {
    if (isVoid(verdicts[index])) continue
    if (headsOf(rowIn(space, entry.path)) !== headsOf(before)) throw new ReceivedTooLate()
  }
  const operations = log.append(
    position,
    commit,
    payloads.map((payload) => payload ?? NO_PAYLOAD)
  )
  if (verdicts.some(isVoid)) operations.push(writeVoids(position, verdicts))
  if (unjudged !== undefined) operations.push(markUnjudged(unjudged))
  for (const docId of claimed) operations.push({ type: 'put', key: keys.claimedDocument(docId), value: '' })
  const committed = { id: commit.id, author, space, seq, incarnation, position, prev, hlc }
  const written = entries.flatMap((received, index) => {
    const verdict = verdicts[index]
    if (isVoid(verdict)) {
      operations.push(
        indexVoid(components, { commit: committed, entry: received.entry, index, isFinal: verdict.isFinal })
      )
      return []
    }
    const sealed = applyEntry(components, received, { committed, index, commit })
    operations.push(...sealed.operations)
    return [sealed.written]
  })
  chains.advance(commit.header, { prev, tip: { seq, id: commit.id, hlc } })
  return { operations, outcome: { commit: committed, entries: written } }
}

function applyEntry(
  { rowUpdater, documents }: SealReceivedComponents,
  { entry, payload, before, document, sawBefore }: ReceivedEntry,
  { committed, index, commit }: { committed: CommittedAs; index: number; commit: ReceiveRequest['received']['commit'] }
): { operations: readonly StoreOperation[]; written: WrittenEntry } {
  const update = rowUpdater.apply({
    commit,
    entry,
    place: { position: committed.position, index },
    before,
    document,
    payloadBytes: payload.byteLength,
    reason: hiddenReasonOf(entry),
    sawBefore
  })
  if (document !== undefined) documents.set(update.row.docId, document)
  return { operations: update.operations, written: { path: entry.path, before, after: update.row } }
}

/** Its place in the history of its context is kept: a settlement may bring it back. */
function indexVoid(
  { history, fingerprints }: SealReceivedComponents,
  {
    commit,
    entry,
    index,
    isFinal
  }: { commit: CommittedAs; entry: ReceivedEntry['entry']; index: number; isFinal: boolean }
): StoreOperation {
  const docId = documentIdOf(commit.space, entry.path)
  fingerprints.of(commit.space).see(docId)
  const voided = isFinal ? 'final' : 'held'
  const { id, position, hlc } = commit
  return history.append(docId, { position, index, commit: id, kind: entry.kind, hlc, coversAllBefore: false, voided })
}

function headsOf(row: ContextRow | undefined): string {
  return row?.heads.join() ?? ''
}
