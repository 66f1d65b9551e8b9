import type { Clock, ContextPath, Logger, NodeLimits } from '@hcfs/core'
import type { PolicyView } from '@hcfs/crdt'
import type { GroupCommit } from '../storage/group-commit.ts'
import type { GroupOwner } from '../storage/group-owner.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { ReplicaRequest, Signer } from './group-sealer.ts'
import type { SignatureCheck } from './signature-pool.ts'
import type { WriteOutcome } from './write-request.ts'
import type { GrantSource } from './write-rights.ts'

export interface ReplicaComponents {
  store: OrderedStore
  clock: Clock
  log: Logger
  /** The newest that is here; `adoptPolicy` brings the next. */
  policy: PolicyView
  /** Verifies signatures of many commits at once. @default this thread, which can be replayed */
  signatures?: SignatureCheck
  /** @default every write names the signer's grant */
  grants?: GrantSource
  /** Draws another incarnation, and has it on the disk when the promise resolves. */
  renewIncarnation: (known: number) => Promise<number>
  /** Makes the queue in which writers share an fsync. */
  groupCommit: (owner: GroupOwner<ReplicaRequest, WriteOutcome>) => GroupCommit<ReplicaRequest, WriteOutcome>
}

export interface ReplicaOptions {
  signer: Signer
  fingerprintKey: Uint8Array
  limits: NodeLimits
  /** Which spaces this node holds. Of the others it stores nothing, and serves nothing. @default all */
  replicates?: (space: ContextPath) => boolean
}
