import { ROOT_PATH } from '@hcfs/core'
import { ContextDocument } from '@hcfs/crdt'
import { CheckpointStore } from './replica/checkpoint-store.ts'
import { CommitLog } from './replica/commit-log.ts'
import { ContextHistory } from './replica/context-history.ts'
import { ContextReplay } from './replica/context-replay.ts'
import type { RowPlacesComponents } from './replica/row-places.ts'
import { RowPlaces } from './replica/row-places.ts'
import { SpaceFingerprints } from './replica/space-fingerprints.ts'
import type { StoreReads } from './storage/ordered-store.ts'
import type { VerifiedState } from './verification/verified-state.ts'

/** Wires what the verifier compares to one view of a store. Without `spaceOf` there is one space. */
export function verifiedState(
  reads: StoreReads,
  fingerprintKey: Uint8Array,
  { spaceOf = () => ROOT_PATH }: Partial<RowPlacesComponents> = {}
): VerifiedState {
  const checkpoints = new CheckpointStore({ store: reads })
  return {
    reads,
    places: new RowPlaces({ spaceOf }),
    log: new CommitLog({ store: reads }),
    history: new ContextHistory({ store: reads }),
    fingerprints: new SpaceFingerprints(fingerprintKey),
    replayOf: (docId) => new ContextReplay(docId),
    checkpointAt: (docId, place) => {
      const checkpoint = checkpoints.at(docId, place)
      return checkpoint === undefined ? undefined : ContextDocument.load(docId, checkpoint.state)
    }
  }
}
