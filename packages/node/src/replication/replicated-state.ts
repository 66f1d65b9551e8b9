import type { CommitId, ContextPath } from '@hcfs/core'
import type { ChainTip, SyncedCommit } from '@hcfs/crdt'
import type { ChangeSignal } from '../replica/change-signal.ts'
import type { CommitLog } from '../replica/commit-log.ts'
import type { FingerprintTrie } from '../replica/fingerprint-trie.ts'
import type { ReceiveOutcome } from '../replica/received-commit.ts'
import type { Replica } from '../replica/replica.ts'
import type { RowStore } from '../replica/row-store.ts'
import type { StoreReads } from '../storage/ordered-store.ts'

/** What replication reads of the copy that this node holds. */
export interface ReplicatedState {
  readonly store: StoreReads
  readonly log: Pick<CommitLog, 'positionOf' | 'header' | 'entry'>
  readonly rows: Pick<RowStore, 'inSpace'>
  /** What is in the log, and on the disk: nothing else is ever shown to anybody. */
  readonly changes: Pick<ChangeSignal, 'position' | 'waitBeyond'>
  fingerprintsOf(space: ContextPath): Pick<FingerprintTrie, 'root' | 'sumOf' | 'hashOf'>
  /** The newest commit of each chain, and of a forked chain of each branch; of what is on the disk. */
  tipsOf(space: ContextPath): readonly ChainTip[]
}

/** The view of a replica that replication takes. */
export function replicatedStateOf(replica: Replica, store: StoreReads): ReplicatedState {
  const { log, rows, changes } = replica
  return {
    store,
    log,
    rows,
    changes,
    fingerprintsOf: (space) => replica.fingerprintsOf(space),
    tipsOf: (space) => replica.tipsOf(space)
  }
}

/** Takes what peers sent. A `Replica` is one. */
export interface CommitReceiver {
  /** Signatures are verified there. One outcome for each, in their order. */
  receiveCommits(commits: readonly SyncedCommit[]): Promise<readonly ReceiveOutcome[]>
  /** What parked commits wait for. */
  missing(): readonly CommitId[]
}
