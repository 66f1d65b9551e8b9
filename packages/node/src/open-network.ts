import type {
  Clock,
  ContextPath,
  DeviceId,
  Logger,
  NetworkApi,
  NodeLimits,
  PeerStatus,
  Random,
  Startable
} from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { SpaceFrontier } from '@hcfs/crdt'
import { SignatureVerifier } from '@hcfs/crdt'
import { AckExchange } from './convergence/ack-exchange.ts'
import { commitFates } from './convergence/commit-fate.ts'
import { Convergence } from './convergence/convergence.ts'
import { NodeNetwork } from './convergence/node-network.ts'
import type { DeviceRights } from './membership/device-rights.ts'
import { subjectsOf } from './membership/device-rights.ts'
import type { Identity, Keyring } from './membership/identity.ts'
import { keepAddresses, keptAddresses } from './membership/kept-addresses.ts'
import { knownPeers } from './membership/known-peers.ts'
import { MemberAdmission } from './membership/member-admission.ts'
import { Membership } from './membership/membership.ts'
import { OwnerDuties } from './membership/owner-duties.ts'
import { OwnerKeys } from './membership/owner-keys.ts'
import type { PolicyKeeper } from './membership/policy-keeper.ts'
import { PolicySpread } from './membership/policy-spread.ts'
import { SelfDescriber } from './membership/self-describer.ts'
import { TicketDesk } from './membership/ticket-desk.ts'
import { Libp2pTransport } from './network/libp2p-transport.ts'
import type { KnownPeer, PeerFacts } from './network/link-keeper.ts'
import { LinkKeeper } from './network/link-keeper.ts'
import { PeerPenalties } from './network/peer-penalties.ts'
import { ChangeSignal } from './replica/change-signal.ts'
import { readGrantedEntries } from './replica/granted-entries.ts'
import { ParkedRetry } from './replica/parked-retry.ts'
import type { Replica } from './replica/replica.ts'
import { ReplicaStanding } from './replica/replica-standing.ts'
import { replicatedStateOf } from './replication/replicated-state.ts'
import { Replication } from './replication/replication.ts'
import { RunningNetwork } from './running-network.ts'
import { keys } from './storage/keys.ts'
import type { OrderedStore } from './storage/ordered-store.ts'

export interface NetworkSurroundings {
  readonly store: OrderedStore
  readonly keyring: Keyring
  readonly identity: Identity
  readonly keeper: PolicyKeeper
  readonly rights: DeviceRights
  readonly replica: Replica
  /** Whether no context stands at or below a path. */
  readonly isEmpty: (path: ContextPath) => Promise<boolean>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface NetworkSettings {
  readonly name: string
  readonly limits: NodeLimits
  readonly listen: readonly string[]
  /** Comes up with the node. Otherwise only where there are other members, or once somebody is invited. */
  readonly isWanted: boolean
  readonly announce: readonly string[]
  readonly isDiscoverable: boolean
  readonly isRelay: boolean
  /** Where members may be found that the policy says nothing of yet. */
  readonly known: readonly KnownPeer[]
  readonly isIndexing: boolean
  /** The spaces that this node keeps a copy of, as they are. */
  readonly spaces: () => readonly ContextPath[]
}

/** The network of a node: what it is asked for, and what has to run for it. */
export interface OpenNetwork {
  readonly api: NetworkApi
  readonly running: Startable
  /** Asks the others now for what is missing here. */
  readonly hurry: () => void
  /** Resolves with where others reach this node, and brings the network up where it was not. */
  readonly listening: () => Promise<readonly string[]>
}

/** The parts that several others need. */
interface Parts extends NetworkSurroundings {
  readonly transport: Libp2pTransport
  readonly owner: OwnerKeys
  readonly desk: TicketDesk
  readonly admission: MemberAdmission
  readonly verifier: SignatureVerifier
  readonly standing: ReplicaStanding
  readonly penalise: (device: DeviceId, what: string) => void
}

/** Wires the rooms of the network together. Nothing listens or dials before it is brought up. */
export function openNetwork(surroundings: NetworkSurroundings, settings: NetworkSettings): OpenNetwork {
  const { replica, clock, log } = surroundings
  const parts = partsOf(surroundings, settings, { onStanding: () => exchange.standingChanged() })
  const { transport } = parts
  const links = linksOf(parts, settings)
  const replication = replicationOf(parts, settings)
  const moved = new ChangeSignal(0)
  const exchange = exchangeOf(parts, settings, moved)
  const duties = dutiesOf(parts, settings)
  const describer = new SelfDescriber({ keeper: parts.keeper, owner: parts.owner, log }, parts.identity.key)
  const running = new RunningNetwork({
    members: [
      transport,
      policySpreadOf(parts),
      exchange,
      replication,
      duties,
      describer,
      new ParkedRetry({ replica, clock, log }),
      links
    ],
    isWanted: async () => settings.isWanted || (await hasOthers(parts)),
    onUp: () => settleIn(parts, settings, describer),
    log
  })
  const convergence = new Convergence(
    {
      exchange,
      moved,
      copy: replica,
      fates: commitFates({ log: replica.log }),
      policy: parts.keeper,
      clock,
      standing: () => parts.standing.current(),
      links: () => links.facts().map(peerStatusOf),
      addresses: () => transport.addresses(),
      compare: (options) => replication.compare(options),
      ownerDevice: () => subjectsOf(parts.keeper.state).find((device) => parts.owner.isHeldBy(device)),
      nextRepairAtMs: () => clock.now() + Math.max(0, replication.nextSyncMs() - clock.monotonicMs())
    },
    optionsOf(parts, settings)
  )
  return {
    api: new NodeNetwork({ convergence, policy: membershipOf(parts, () => running.up()) }),
    running,
    hurry: () => replication.hurry(),
    listening: async () => {
      await running.up()
      return transport.addresses()
    }
  }
}

function partsOf(
  surroundings: NetworkSurroundings,
  { listen, announce, isDiscoverable, isRelay, limits }: NetworkSettings,
  { onStanding }: { readonly onStanding: () => void }
): Parts {
  const { store, keyring, identity, keeper, rights, clock, random, log } = surroundings
  const { key, genesis, fingerprintKey } = identity
  const verifier = new SignatureVerifier()
  const owner = new OwnerKeys({ keyring, policy: keeper, random }, key)
  const desk = new TicketDesk(
    { store, keeper, rights, clock, random, ownerKey: () => owner.key() },
    { key, genesis, fingerprintKey },
    limits
  )
  const admission = new MemberAdmission({ keeper, device: key.deviceId, desk, verifier, clock })
  const penalties = new PeerPenalties({ clock, log, hangUp: (device) => transport.hangUp(device) })
  const transport = new Libp2pTransport(
    {
      clock,
      random,
      logger: log,
      key,
      network: identity.network,
      admission: {
        admit: (channel, options) => admission.admit(channel, options),
        isDenied: (device) => admission.isDenied(device) || penalties.isDenied(device)
      },
      limits
    },
    { listen: keptAddresses(store, listen), announce, isDiscoverable, isRelay }
  )
  return {
    ...surroundings,
    transport,
    owner,
    desk,
    admission,
    verifier,
    standing: new ReplicaStanding({ ...surroundings, onChanged: onStanding }),
    penalise: (device, what) => penalties.penalise(device, what)
  }
}

function linksOf(
  { clock, random, log, transport, keeper, store, identity }: Parts,
  { limits, known }: NetworkSettings
): LinkKeeper {
  return new LinkKeeper(
    {
      clock,
      random,
      logger: log.child('links'),
      transport,
      known: () => [...knownPeers({ store, keeper }, identity.key.deviceId), ...known]
    },
    {
      linksMin: limits.connectionsMin,
      linksMax: limits.connectionsMax,
      dialTimeoutMs: limits.dialTimeoutMs,
      redialPauseMsMax: limits.redialPauseMsMax
    }
  )
}

function replicationOf(parts: Parts, { limits, spaces }: NetworkSettings): Replication {
  const { transport, clock, random, log, replica, store, standing, keeper, penalise, identity } = parts
  const state = replicatedStateOf(replica, store)
  return new Replication(
    { transport, clock, random, log, state, receiver: standing, policy: keeper, spaces, penalise },
    { network: identity.network, ...limits }
  )
}

function exchangeOf(parts: Parts, settings: NetworkSettings, moved: ChangeSignal): AckExchange {
  const { transport, clock, log, replica, keeper, verifier, standing, penalise, identity } = parts
  return new AckExchange(
    {
      transport,
      clock,
      log: log.child('acknowledgements'),
      copy: replica,
      policy: keeper,
      verifier,
      standing: () => standing.current(),
      moved,
      penalise
    },
    { key: identity.key, spaces: settings.spaces, frontierPauseMs: settings.limits.frontierPauseMs }
  )
}

function dutiesOf({ keeper, owner, clock, log, replica }: Parts, { spaces, limits }: NetworkSettings): OwnerDuties {
  const frontiers = async (): Promise<SpaceFrontier[]> => spaces().map((space) => unforked(replica, space))
  return new OwnerDuties({ keeper, owner, clock, log, frontiers }, limits)
}

/** Without chains that have forked: which branch counts is for people to say. */
function unforked(replica: Replica, space: ContextPath): SpaceFrontier {
  const chains = Map.groupBy(replica.tipsOf(space), ({ author, incarnation }) => `${author}${incarnation}`)
  return { space, tips: [...chains.values()].flatMap((branches) => (branches.length === 1 ? branches : [])) }
}

function policySpreadOf({ transport, keeper, log, admission }: Parts): PolicySpread {
  return new PolicySpread({ transport, keeper, log, isDenied: (device) => admission.isDenied(device) })
}

function membershipOf(
  { keeper, rights, desk, owner, replica, isEmpty, clock, transport, identity }: Parts,
  up: () => Promise<void>
): Membership {
  return new Membership(
    {
      keeper,
      rights,
      desk,
      owner,
      replica: { grantedEntries: () => readGrantedEntries(replica.commits({ after: 0 })), isEmpty },
      clock,
      // A ticket says where this node is reached, so it has to be reached first.
      addresses: async () => {
        await up()
        return transport.addresses()
      }
    },
    identity.key
  )
}

async function settleIn(
  { store, transport }: Parts,
  { listen, name, isIndexing }: NetworkSettings,
  describer: SelfDescriber
): Promise<void> {
  await keepAddresses(store, { asked: listen, chosen: transport.listening() })
  const addresses = transport.addresses().slice(0, FORMAT_LIMITS.ticketAddressesMax)
  await describer.describeSelf({ name, addresses, isIndexing })
}

/** Whether anybody else belongs to the network, or may come with a ticket. */
async function hasOthers({ keeper, identity, store }: Parts): Promise<boolean> {
  if (subjectsOf(keeper.state).some((device) => device !== identity.key.deviceId)) return true
  for await (const chunk of store.scanKeys({ ...keys.family('invitation'), limit: 1 }))
    if (chunk.length > 0) return true
  return false
}

function optionsOf({ identity }: Parts, { name, spaces, limits }: NetworkSettings) {
  return { self: identity.key.deviceId, name, spaces, frontierPauseMs: limits.frontierPauseMs }
}

function peerStatusOf({ sinceMs, nextDialAtMs, ...facts }: PeerFacts): Omit<PeerStatus, 'name'> {
  return {
    ...facts,
    ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
    ...(nextDialAtMs !== undefined && { nextDialAt: new Date(nextDialAtMs).toISOString() })
  }
}
