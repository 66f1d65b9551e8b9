import type { Clock, DeviceId, Durability, NodeLimits, Random, VerifyReport } from '@hcfs/core'
import { hasErrorCode, resolveNodeLimits, StartableGroup, silentLogger } from '@hcfs/core'
import { Contexts } from '../../../packages/node/src/contexts/contexts.ts'
import { Expirer } from '../../../packages/node/src/contexts/expirer.ts'
import { HistoryReader } from '../../../packages/node/src/contexts/history-reader.ts'
import { Listing } from '../../../packages/node/src/contexts/listing.ts'
import { SubtreeSteps } from '../../../packages/node/src/contexts/subtree-steps.ts'
import { SubtreeWriter } from '../../../packages/node/src/contexts/subtree-writer.ts'
import { TokenWaiter } from '../../../packages/node/src/contexts/token-waiter.ts'
import { UnfinishedSubtrees } from '../../../packages/node/src/contexts/unfinished-subtrees.ts'
import { UpdateWriter } from '../../../packages/node/src/contexts/update-writer.ts'
import { Watching } from '../../../packages/node/src/contexts/watching.ts'
import { renewIncarnation } from '../../../packages/node/src/membership/identity.ts'
import { Replica } from '../../../packages/node/src/replica/replica.ts'
import { CheckedStore } from '../../../packages/node/src/storage/checked-store.ts'
import { GroupCommit } from '../../../packages/node/src/storage/group-commit.ts'
import { keys } from '../../../packages/node/src/storage/keys.ts'
import type { OrderedStore } from '../../../packages/node/src/storage/ordered-store.ts'
import { StoreVerifier } from '../../../packages/node/src/verification/store-verifier.ts'
import { verifiedState } from '../../../packages/node/src/verified-state-over.ts'
import type { Founding, Member } from '../founding.ts'
import type { Mutation } from '../mutations.ts'

export interface SimulatedNodeComponents {
  /** Fails as disks do. */
  disk: OrderedStore
  clock: Clock
  random: Random
  founding: Founding
  member: Member
  mutation: Mutation
}

export interface SimulatedNodeOptions {
  readonly name: string
  readonly durability: Durability
  /** After a crash a node with `buffered` durability cannot prove its last write. */
  readonly isLastWriteProven: boolean
}

/** Smaller than a node's own, so that a short run reaches every one of them. */
const LIMITS: NodeLimits = {
  ...resolveNodeLimits({ documentsLiveMax: 2, checkpointEntriesMax: 6, bufferedSyncPauseMs: 4_000 }),
  rowCacheBytesMax: 4_096,
  parkedBytesPerAuthorMax: 4_096
}

/**
 * The composition root of the simulation: what `openNode` makes, over a store
 * that fails and with a policy of several devices. Search is left out, as it
 * only follows the log.
 */
export class SimulatedNode {
  readonly id: DeviceId
  readonly replica: Replica
  readonly contexts: Contexts
  readonly #store: CheckedStore
  readonly #verifier: StoreVerifier
  readonly #members: StartableGroup

  private constructor(components: SimulatedNodeComponents, options: SimulatedNodeOptions, incarnation: number) {
    const { clock, random, founding, member, mutation } = components
    const store = new CheckedStore(mutation.store?.(components.disk) ?? components.disk)
    const { fingerprintKey, policy } = founding
    this.id = member.key.deviceId
    this.#store = store
    this.replica = new Replica(
      {
        store,
        clock,
        log: silentLogger,
        policy,
        renewIncarnation: (known) => renewIncarnation({ store, random }, known),
        groupCommit: (owner) =>
          new GroupCommit({ store, owner, clock, log: silentLogger }, { ...LIMITS, durability: options.durability })
      },
      {
        signer: {
          network: policy.network,
          key: member.key,
          writer: { author: member.key.deviceId, incarnation },
          grant: member.grant
        },
        fingerprintKey,
        limits: LIMITS
      }
    )
    mutation.replica?.(this.replica)
    const { replica } = this
    const listing = new Listing({ store, rows: replica.rows, clock })
    const steps = new SubtreeSteps({ store, random })
    const subtrees = new SubtreeWriter({ replica, steps, clock })
    this.contexts = new Contexts({
      replica,
      clock,
      subtrees,
      listing,
      updates: new UpdateWriter({ replica, clock }),
      histories: new HistoryReader({ replica }),
      watching: new Watching({ replica }),
      tokens: new TokenWaiter({ replica, clock }),
      nodeName: options.name
    })
    this.#verifier = verifierOf(store, clock, fingerprintKey)
    this.#members = new StartableGroup([
      replica,
      new UnfinishedSubtrees({ steps, subtrees, listing, log: silentLogger }),
      new Expirer({ store, replica, clock, log: silentLogger }, LIMITS)
    ])
  }

  static async open(components: SimulatedNodeComponents, options: SimulatedNodeOptions): Promise<SimulatedNode> {
    const incarnation = await openIncarnation(components, options)
    const node = new SimulatedNode(components, options, incarnation)
    await node.#startRepaired()
    return node
  }

  async stop(): Promise<void> {
    await this.#members.stop()
    await this.#store.close()
  }

  /** As `openNode` does: what a node needs to start follows from its commits. */
  async #startRepaired(): Promise<void> {
    try {
      await this.#members.start()
    } catch (error) {
      if (!hasErrorCode(error, 'STORAGE_CORRUPT')) throw error
      await this.#verifier.repairClosed()
      await this.#members.start()
    }
  }
}

/** The limit on what one author may have parked with each node. */
export const PARKED_BYTES_PER_AUTHOR_MAX: number = LIMITS.parkedBytesPerAuthorMax

/** Compares what lies on a disk with what its commits say. */
export function verifyStore(
  store: CheckedStore,
  { clock, founding }: { clock: Clock; founding: Founding }
): Promise<VerifyReport> {
  return verifierOf(store, clock, founding.fingerprintKey).verify()
}

async function openIncarnation(
  { disk, random, mutation }: SimulatedNodeComponents,
  { isLastWriteProven }: SimulatedNodeOptions
): Promise<number> {
  const store = new CheckedStore(disk)
  const text = store.getTextSync(keys.meta('incarnation'))
  const known = text === undefined ? undefined : Number(text)
  if (known !== undefined && (isLastWriteProven || mutation.keepsIncarnation === true)) return known
  return renewIncarnation({ store, random }, known ?? 0)
}

function verifierOf(store: CheckedStore, clock: Clock, fingerprintKey: Uint8Array): StoreVerifier {
  return new StoreVerifier({
    store,
    clock,
    stateOver: (reads) => verifiedState(reads, fingerprintKey),
    whileQuiet: (work) => work()
  })
}
