import type { ContextPath } from '@hcfs/core'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import { hiddenReasonOf } from './context-replay.ts'
import type { ContextRow } from './context-row.ts'
import type { LiveDocuments } from './live-documents.ts'
import { writeChainTip } from './own-chain.ts'
import type { ReceiveRequest } from './received-commit.ts'
import { ReceivedTooLate } from './receiver.ts'
import type { RowUpdater } from './row-updater.ts'
import type { WriteOutcome } from './write-request.ts'

export interface SealReceivedComponents {
  log: CommitLog
  documents: LiveDocuments
  rowUpdater: RowUpdater
}

export interface ReceivedPlace {
  readonly position: number
  readonly rowOf: (path: ContextPath) => ContextRow | undefined
}

export interface SealedReceived {
  readonly operations: readonly StoreOperation[]
  readonly outcome: WriteOutcome
}

/** What to write so that a commit of somebody else, which was judged, takes its place in the log. */
export function sealReceived(
  { log, documents, rowUpdater }: SealReceivedComponents,
  { received: { commit, payloads }, entries }: ReceiveRequest,
  { position, rowOf }: ReceivedPlace
): SealedReceived {
  for (const { entry, before } of entries) {
    if (headsOf(rowOf(entry.path)) !== headsOf(before)) throw new ReceivedTooLate()
  }
  const operations = log.append(position, commit, payloads)
  const written = entries.map(({ entry, payload, before, document, sawBefore }, index) => {
    const update = rowUpdater.apply({
      commit,
      entry,
      place: { position, index },
      before,
      document,
      payloadBytes: payload.byteLength,
      reason: hiddenReasonOf(entry),
      sawBefore
    })
    if (document !== undefined) documents.set(update.row.docId, document)
    operations.push(...update.operations)
    return { path: entry.path, before, after: update.row }
  })
  const { author, incarnation, space, seq, hlc } = commit.header
  operations.push(writeChainTip({ author, incarnation, space }, { seq, id: commit.id, hlc }))
  return { operations, outcome: { commit: { id: commit.id, seq, incarnation, position }, entries: written } }
}

function headsOf(row: ContextRow | undefined): string {
  return row?.heads.join() ?? ''
}
