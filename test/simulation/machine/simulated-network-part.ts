import type { Clock, ContextPath, DeviceId, Logger, NodeLimits, Random, Startable } from '@hcfs/core'
import { StartableGroup } from '@hcfs/core'
import { SignatureVerifier } from '@hcfs/crdt'
import { AckExchange } from '../../../packages/node/src/convergence/ack-exchange.ts'
import { commitFates } from '../../../packages/node/src/convergence/commit-fate.ts'
import { Convergence } from '../../../packages/node/src/convergence/convergence.ts'
import type { HeldCopy } from '../../../packages/node/src/convergence/durable-tips.ts'
import type { PolicyKeeper } from '../../../packages/node/src/membership/policy-keeper.ts'
import { PolicySpread } from '../../../packages/node/src/membership/policy-spread.ts'
import { LinkKeeper } from '../../../packages/node/src/network/link-keeper.ts'
import { memoryAddress } from '../../../packages/node/src/network/memory-network.ts'
import { MemoryTransport } from '../../../packages/node/src/network/memory-transport.ts'
import { PeerPenalties } from '../../../packages/node/src/network/peer-penalties.ts'
import { ChangeSignal } from '../../../packages/node/src/replica/change-signal.ts'
import { ParkedRetry } from '../../../packages/node/src/replica/parked-retry.ts'
import { PolicyAdoption } from '../../../packages/node/src/replica/policy-adoption.ts'
import type { ReceivedCommit, ReceiveOutcome } from '../../../packages/node/src/replica/received-commit.ts'
import type { Replica } from '../../../packages/node/src/replica/replica.ts'
import { ReplicaStanding } from '../../../packages/node/src/replica/replica-standing.ts'
import type { ReplicatedState } from '../../../packages/node/src/replication/replicated-state.ts'
import { replicatedStateOf } from '../../../packages/node/src/replication/replicated-state.ts'
import { Replication } from '../../../packages/node/src/replication/replication.ts'
import type { OrderedStore } from '../../../packages/node/src/storage/ordered-store.ts'
import type { Mutation } from '../mutations.ts'
import type { SimulatedWires } from '../network/simulated-wires.ts'
import type { Member } from '../network-founding.ts'

/** What the simulation hears of the network of a node. */
export interface NetworkWitness {
  /** Before the node judges them: from now on they were shown to somebody. */
  onShown(commits: readonly ReceivedCommit[]): void
  onOutcomes(commits: readonly ReceivedCommit[], outcomes: readonly ReceiveOutcome[]): void
  onBlamed(device: DeviceId, what: string): void
}

export interface NetworkPartComponents {
  readonly wires: SimulatedWires
  readonly store: OrderedStore
  readonly replica: Replica
  readonly keeper: PolicyKeeper
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly witness: NetworkWitness
  readonly mutation: Mutation
  /** All that may be dialed. */
  readonly neighbours: readonly DeviceId[]
}

export interface NetworkPartOptions {
  readonly member: Member
  readonly name: string
  readonly limits: NodeLimits
  readonly spaces: () => readonly ContextPath[]
}

/** What `openNetwork` wires together, over wires of memory; tickets and the owner's daily work are left out. */
export interface NetworkPart {
  readonly running: Startable
  readonly convergence: Convergence
  hurry(): void
}

/** What several parts of a network need. */
interface Parts extends NetworkPartComponents, NetworkPartOptions {
  readonly transport: MemoryTransport
  readonly standing: ReplicaStanding
  readonly copy: HeldCopy
  readonly moved: ChangeSignal
  readonly isDenied: (device: DeviceId) => boolean
  readonly penalise: (device: DeviceId, what: string) => void
}

export function openNetworkPart(components: NetworkPartComponents, options: NetworkPartOptions): NetworkPart {
  const parts = partsOf({ ...components, ...options }, () => exchange.standingChanged())
  const { replica, keeper, clock, log, mutation, transport, isDenied } = parts
  const replication = replicationOf(parts)
  const exchange = exchangeOf(parts)
  return {
    convergence: convergenceOf(parts, { exchange, replication }),
    hurry: () => replication.hurry(),
    running: new StartableGroup([
      ...(mutation.forgetsPolicy === true ? [] : [new PolicyAdoption({ policy: keeper, replica, log })]),
      transport,
      new PolicySpread({ transport, keeper, log, isDenied }),
      exchange,
      replication,
      new ParkedRetry({ replica, clock, log }),
      linksOf(parts)
    ])
  }
}

function partsOf(given: NetworkPartComponents & NetworkPartOptions, onStanding: () => void): Parts {
  const { replica, keeper, clock, log, wires, mutation, witness, member } = given
  const penalties = new PeerPenalties({ clock, log, hangUp: (each) => transport.hangUp(each) })
  const isDenied = (each: DeviceId): boolean =>
    !keeper.state.isMember(each) || keeper.isSuspended(each) || penalties.isDenied(each)
  const transport = new MemoryTransport({
    device: member.key.deviceId,
    network: wires,
    logger: log,
    admission: { admit: async () => true, isDenied }
  })
  return {
    ...given,
    transport,
    standing: new ReplicaStanding({ ...given, onChanged: onStanding }),
    copy: mutation.acknowledgesEarly === true ? acknowledgedEarly(replica) : replica,
    moved: new ChangeSignal(0),
    isDenied,
    penalise: (each, what) => {
      witness.onBlamed(each, what)
      penalties.penalise(each, what)
    }
  }
}

function linksOf({ clock, random, log, transport, neighbours, limits }: Parts): LinkKeeper {
  return new LinkKeeper(
    {
      clock,
      random,
      logger: log.child('links'),
      transport,
      known: () => neighbours.map((each) => ({ device: each, addresses: [memoryAddress(each)] }))
    },
    {
      linksMin: limits.connectionsMin,
      linksMax: limits.connectionsMax,
      dialTimeoutMs: limits.dialTimeoutMs,
      redialPauseMsMax: limits.redialPauseMsMax
    }
  )
}

function replicationOf(parts: Parts): Replication {
  const { transport, clock, random, log, keeper, mutation, spaces, penalise, standing, witness, limits } = parts
  return new Replication(
    {
      transport,
      clock,
      random,
      log,
      state: replicatedStateFor(parts),
      receiver: {
        receiveCommits: async (commits) => {
          witness.onShown(commits)
          const outcomes = await standing.receiveCommits(commits)
          witness.onOutcomes(commits, outcomes)
          return outcomes
        },
        missing: () => standing.missing()
      },
      policy: mutation.policy?.(keeper) ?? keeper,
      spaces,
      penalise
    },
    { network: keeper.state.network, ...limits }
  )
}

function exchangeOf({
  transport,
  clock,
  log,
  copy,
  keeper,
  standing,
  moved,
  penalise,
  ...options
}: Parts): AckExchange {
  const { member, spaces, limits } = options
  return new AckExchange(
    {
      transport,
      clock,
      log: log.child('acknowledgements'),
      copy,
      policy: keeper,
      verifier: new SignatureVerifier(),
      standing: () => standing.current(),
      moved,
      penalise
    },
    { key: member.key, spaces, frontierPauseMs: limits.frontierPauseMs }
  )
}

function convergenceOf(
  { moved, copy, replica, keeper, clock, standing, transport, member, name, spaces, limits }: Parts,
  { exchange, replication }: { readonly exchange: AckExchange; readonly replication: Replication }
): Convergence {
  return new Convergence(
    {
      exchange,
      moved,
      copy,
      fates: commitFates({ log: replica.log }),
      policy: keeper,
      clock,
      standing: () => standing.current(),
      links: () => [],
      addresses: () => transport.addresses(),
      compare: (request) => replication.compare(request),
      ownerDevice: () => undefined,
      nextRepairAtMs: () => undefined
    },
    { self: member.key.deviceId, name, spaces, frontierPauseMs: limits.frontierPauseMs }
  )
}

function replicatedStateFor({ replica, store, mutation }: NetworkPartComponents): ReplicatedState {
  const state = replicatedStateOf(replica, store)
  const shown = mutation.publishesEarly === true ? { ...state, changes: replica.stored } : state
  return mutation.state?.(shown) ?? shown
}

/** Says that it holds what an fsync has not covered yet. */
function acknowledgedEarly(replica: Replica): HeldCopy {
  return { log: replica.log, changes: replica.stored, tipsOf: (space) => replica.tipsOf(space) }
}
