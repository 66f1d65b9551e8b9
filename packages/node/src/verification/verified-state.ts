import type { DocId } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { ContextDocument } from '@hcfs/crdt'
import type { CommitLog, LogPlace } from '../replica/commit-log.ts'
import type { ContextHistory } from '../replica/context-history.ts'
import type { ContextReplay } from '../replica/context-replay.ts'
import type { RowPlaces } from '../replica/row-places.ts'
import type { SpaceFingerprints } from '../replica/space-fingerprints.ts'
import type { StoreReads } from '../storage/ordered-store.ts'

/** The store as one verification sees it. */
export interface VerifiedState {
  readonly reads: StoreReads
  readonly log: Pick<CommitLog, 'header' | 'entry' | 'positionOf' | 'voidsAt'>
  readonly history: Pick<ContextHistory, 'append'>
  readonly places: RowPlaces
  /** Empty, to be filled with what the log says. */
  readonly fingerprints: SpaceFingerprints
  replayOf(docId: DocId): ContextReplay
  checkpointAt(docId: DocId, place: LogPlace): ContextDocument | undefined
}

/** What `read` gives; `undefined` when the record is damaged, missing or makes no sense. */
export function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (UNREADABLE.some((code) => hasErrorCode(error, code))) return undefined
    throw error
  }
}

const UNREADABLE = ['STORAGE_CORRUPT', 'COMMIT_MALFORMED', 'COMMIT_TOO_LARGE', 'COMMIT_FORMAT_UNKNOWN'] as const
