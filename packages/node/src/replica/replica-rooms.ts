import { HybridClock } from '@hcfs/core'
import type { CommitHeader, PolicyView } from '@hcfs/crdt'
import { SignatureVerifier } from '@hcfs/crdt'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import { ContextRebuild } from './context-rebuild.ts'
import { EntryWriter } from './entry-writer.ts'
import type { Signer } from './group-sealer.ts'
import { GroupSealer } from './group-sealer.ts'
import type { LiveDocuments } from './live-documents.ts'
import { LogJudging } from './log-judging.ts'
import { OwnRewrite } from './own-rewrite.ts'
import type { ReceiveRequest } from './received-commit.ts'
import { ReceivedJudge } from './received-judge.ts'
import { Receiver } from './receiver.ts'
import { Rejudge } from './rejudge.ts'
import type { ReplicaComponents, ReplicaOptions } from './replica-options.ts'
import { RowRelocation } from './row-relocation.ts'
import type { RowStore } from './row-store.ts'
import { RowUpdater } from './row-updater.ts'
import { SealedChains } from './sealed-chains.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'
import type { VersionReader } from './version-reader.ts'
import type { WriteRequest } from './write-request.ts'
import type { WriteRights } from './write-rights.ts'

/** What a replica consists of, for its parts that are made of several others. */
export interface ReplicaRooms {
  readonly components: ReplicaComponents
  readonly options: ReplicaOptions
  readonly log: CommitLog
  readonly history: ContextHistory
  readonly rows: RowStore
  readonly checkpoints: CheckpointStore
  readonly versions: VersionReader
  readonly documents: LiveDocuments
  readonly fingerprints: SpaceFingerprints
  readonly rights: WriteRights
  readonly policy: () => PolicyView
}

export function groupSealerOf(rooms: ReplicaRooms): GroupSealer {
  const { log, history, rows, checkpoints, documents, fingerprints, rights } = rooms
  const { store, clock } = rooms.components
  const { limits, signer } = rooms.options
  return new GroupSealer(
    {
      clock: new HybridClock({ clock }),
      log,
      history,
      rows,
      documents,
      fingerprints,
      entryWriter: new EntryWriter({ documents }),
      rowUpdater: new RowUpdater({ rows, history, fingerprints, checkpoints }, limits),
      chains: new SealedChains({ store }),
      rights
    },
    signer
  )
}

export interface JudgingActs {
  signer: () => Signer
  write: (request: WriteRequest) => Promise<unknown>
  /** Goes on under a new incarnation, unless this one has been left already. */
  leave: (incarnation: number) => Promise<unknown>
  whileQuiet: <Result>(work: () => Promise<Result>) => Promise<Result>
}

export function logJudgingOf(rooms: ReplicaRooms, acts: JudgingActs): LogJudging {
  const { log, history, rows, checkpoints, fingerprints, policy, rights } = rooms
  const { store, log: logger } = rooms.components
  const { signer, write, leave, whileQuiet } = acts
  const spaceOf = rights.spaceOf.bind(rights)
  const writer = () => signer().writer
  const own = new OwnRewrite({ store, log, history, logger, writer, spaceOf, write, leave })
  const rebuild = new ContextRebuild({ store, log, history, rows, checkpoints, fingerprints }, rooms.options.limits)
  const rejudge = new Rejudge({
    store,
    log,
    history,
    rebuild,
    policy,
    marksOf: (changed) => own.marksOfVoid(changed)
  })
  const relocation = new RowRelocation({ store, places: rows.places, onStray: (row) => own.marksOfStray(row) })
  return new LogJudging({ store, log, rejudge, relocation, rewrite: () => own.run(), logger, whileQuiet })
}

export interface ReceivingActs {
  replicates: ReplicaOptions['replicates'] & {}
  store: (request: ReceiveRequest) => Promise<unknown>
  onLacking: (header: CommitHeader) => Promise<void>
  onFork: () => Promise<void>
}

export function receiverOf(rooms: ReplicaRooms, acts: ReceivingActs): Receiver {
  const { log, history, rows, versions, fingerprints, policy } = rooms
  const { store, clock, signatures } = rooms.components
  return new Receiver(
    {
      log,
      judge: new ReceivedJudge({ store, clock, log, history, rows, versions, fingerprints, policy }),
      verifier: new SignatureVerifier(),
      ...(signatures && { signatures }),
      ...acts
    },
    rooms.options.limits
  )
}
