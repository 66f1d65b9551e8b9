import { resolveNodeLimits, SystemClock, silentLogger } from '@hcfs/core'
import { SignatureVerifier } from '@hcfs/crdt'
import type { Founding, Member } from '../../../../test/simulation/founding.ts'
import { Replica } from '../../src/replica/replica.ts'
import { SignaturePool } from '../../src/replica/signature-pool.ts'
import type { CommitReceiver, ReplicatedState } from '../../src/replication/replicated-state.ts'
import { replicatedStateOf } from '../../src/replication/replicated-state.ts'
import { GroupCommit } from '../../src/storage/group-commit.ts'
import type { OrderedStore } from '../../src/storage/ordered-store.ts'

export interface MadeReplica {
  readonly replica: Replica
  readonly state: ReplicatedState
  readonly receiver: CommitReceiver
}

/** A replica of one member over a store, and the two views of it that replication takes. */
export function makeReplica({
  founding,
  member,
  store
}: {
  founding: Founding
  member: Member
  store: OrderedStore
}): MadeReplica {
  const clock = new SystemClock()
  const limits = resolveNodeLimits({})
  const log = silentLogger
  const replica = new Replica(
    {
      store,
      clock,
      log,
      policy: founding.policy,
      signatures: new SignaturePool({ verifier: new SignatureVerifier() }),
      renewIncarnation: async (known) => known + 1,
      groupCommit: (owner) => new GroupCommit({ store, owner, clock, log }, { ...limits, durability: 'disk' })
    },
    {
      signer: {
        network: founding.policy.network,
        key: member.key,
        writer: { author: member.key.deviceId, incarnation: 1 },
        grant: member.grant
      },
      fingerprintKey: founding.fingerprintKey,
      limits
    }
  )
  return { replica, state: replicatedStateOf(replica, store), receiver: replica }
}
