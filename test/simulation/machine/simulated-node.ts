import type { Clock, ContextPath, DeviceId, Durability, Logger, NodeLimits, Random, VerifyReport } from '@hcfs/core'
import { hasErrorCode, resolveNodeLimits, StartableGroup } from '@hcfs/core'
import { firstGrantOf, networkOf, SignatureVerifier } from '@hcfs/crdt'
import type { Contexts } from '../../../packages/node/src/contexts/contexts.ts'
import { Expirer } from '../../../packages/node/src/contexts/expirer.ts'
import { Listing } from '../../../packages/node/src/contexts/listing.ts'
import { DeviceRights } from '../../../packages/node/src/membership/device-rights.ts'
import { renewIncarnation } from '../../../packages/node/src/membership/identity.ts'
import { PolicyKeeper } from '../../../packages/node/src/membership/policy-keeper.ts'
import { openContexts } from '../../../packages/node/src/open-contexts.ts'
import { Replica } from '../../../packages/node/src/replica/replica.ts'
import { CheckedStore } from '../../../packages/node/src/storage/checked-store.ts'
import { GroupCommit } from '../../../packages/node/src/storage/group-commit.ts'
import { keys } from '../../../packages/node/src/storage/keys.ts'
import type { OrderedStore } from '../../../packages/node/src/storage/ordered-store.ts'
import { StoreVerifier } from '../../../packages/node/src/verification/store-verifier.ts'
import { verifiedState } from '../../../packages/node/src/verified-state-over.ts'
import type { Mutation } from '../mutations.ts'
import type { SimulatedWires } from '../network/simulated-wires.ts'
import type { Founding, Member } from '../network-founding.ts'
import type { NetworkPart, NetworkWitness } from './simulated-network-part.ts'
import { openNetworkPart } from './simulated-network-part.ts'

export interface SimulatedNodeComponents {
  /** Fails as disks do. */
  disk: OrderedStore
  clock: Clock
  random: Random
  log: Logger
  founding: Founding
  member: Member
  wires: SimulatedWires
  neighbours: readonly DeviceId[]
  witness: NetworkWitness
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
  ...resolveNodeLimits({
    documentsLiveMax: 2,
    checkpointEntriesMax: 6,
    bufferedSyncPauseMs: 4_000,
    reconcilePauseMsMin: 8_000,
    reconcilePauseMsMax: 16_000,
    redialPauseMsMax: 8_000,
    connectionsMin: 6,
    frontierPauseMs: 15_000
  }),
  rowCacheBytesMax: 4_096,
  parkedBytesPerAuthorMax: 4_096
}

interface Opened {
  readonly store: CheckedStore
  readonly keeper: PolicyKeeper
  readonly incarnation: number
}

/**
 * The composition root of the simulation: what `openNode` makes, over a store
 * that fails and wires that lose. Search is left out, as it only follows the log.
 */
export class SimulatedNode {
  readonly id: DeviceId
  readonly replica: Replica
  readonly contexts: Contexts
  readonly keeper: PolicyKeeper
  /** The spaces that it keeps a copy of. */
  readonly spaces: () => readonly ContextPath[]
  readonly #store: CheckedStore
  readonly #verifier: StoreVerifier
  readonly #members: StartableGroup

  private constructor(components: SimulatedNodeComponents, options: SimulatedNodeOptions, opened: Opened) {
    const { clock, random, log, member, mutation, founding } = components
    const { store, keeper } = opened
    this.id = member.key.deviceId
    this.keeper = keeper
    this.spaces = () => [...keeper.state.facts.spaces.keys()].filter((space) => keeper.state.mayRead(this.id, space))
    this.#store = store
    this.replica = this.#replicaOf(components, options, opened)
    mutation.replica?.(this.replica)
    const { replica } = this
    const listing = new Listing({ store, rows: replica.rows, clock })
    const network = this.#networkOf(components, options)
    const { contexts, unfinished } = openContexts(
      { store, replica, listing, clock, random, log, network: { api: network.convergence, hurry: network.hurry } },
      { name: options.name, limits: LIMITS }
    )
    this.contexts = contexts
    this.#verifier = verifierOf(store, clock, { founding, spaceOf: (path) => replica.spaceOf(path) })
    this.#members = new StartableGroup([
      replica,
      unfinished,
      new Expirer({ store, replica, clock, log }, LIMITS),
      network.running
    ])
  }

  static async open(components: SimulatedNodeComponents, options: SimulatedNodeOptions): Promise<SimulatedNode> {
    const node = new SimulatedNode(components, options, await openParts(components, options))
    await node.#startRepaired()
    return node
  }

  async stop(): Promise<void> {
    await this.#members.stop()
    await this.#store.close()
  }

  #replicaOf(
    { clock, random, log, member, founding }: SimulatedNodeComponents,
    { durability }: SimulatedNodeOptions,
    { store, keeper, incarnation }: Opened
  ): Replica {
    return new Replica(
      {
        store,
        clock,
        log,
        policy: keeper.state,
        grants: new DeviceRights({ policy: keeper, device: this.id, clock }),
        renewIncarnation: (known) => renewIncarnation({ store, random }, known),
        groupCommit: (owner) => new GroupCommit({ store, owner, clock, log }, { ...LIMITS, durability })
      },
      {
        signer: {
          network: networkOf(founding.genesis),
          key: member.key,
          writer: { author: this.id, incarnation },
          grant: firstGrantOf(founding.genesis)
        },
        fingerprintKey: founding.fingerprintKey,
        limits: LIMITS,
        replicates: (space) => this.spaces().includes(space)
      }
    )
  }

  #networkOf(components: SimulatedNodeComponents, { name }: SimulatedNodeOptions): NetworkPart {
    const store = this.#store
    const { replica, keeper, spaces } = this
    return openNetworkPart(
      { ...components, store, replica, keeper },
      { member: components.member, name, limits: LIMITS, spaces }
    )
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
  { clock, ...policy }: { clock: Clock } & VerifierPolicy
): Promise<VerifyReport> {
  return verifierOf(store, clock, policy).verify()
}

async function openParts(components: SimulatedNodeComponents, options: SimulatedNodeOptions): Promise<Opened> {
  const { disk, clock, log, founding, mutation } = components
  const incarnation = await openIncarnation(components, options)
  const store = new CheckedStore(mutation.store?.(disk) ?? disk)
  const keeper = await PolicyKeeper.open({ store, verifier: new SignatureVerifier(), clock, log }, founding.genesis)
  if (keeper.epoch === 0) await keeper.take(founding.policy)
  return { store, keeper, incarnation }
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

interface VerifierPolicy {
  readonly founding: Founding
  readonly spaceOf: (path: ContextPath) => ContextPath
}

function verifierOf(store: CheckedStore, clock: Clock, { founding, spaceOf }: VerifierPolicy): StoreVerifier {
  return new StoreVerifier({
    store,
    clock,
    stateOver: (reads) => verifiedState(reads, founding.fingerprintKey, { spaceOf }),
    whileQuiet: (work) => work()
  })
}
