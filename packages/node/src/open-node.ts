import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, ContextPath, Durability, Logger, NodeLimitName, NodeLimits, Random, Retention } from '@hcfs/core'
import { hasErrorCode, parsePath, resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { firstGrantOf, SignatureVerifier } from '@hcfs/crdt'
import { writeBackup } from './backup/write-backup.ts'
import { EditorBridges } from './bridge/editor-bridges.ts'
import { Expirer } from './contexts/expirer.ts'
import { Listing } from './contexts/listing.ts'
import { HcfsNode } from './hcfs-node.ts'
import { joinNetwork } from './join-network.ts'
import { ApiKeys } from './membership/api-keys.ts'
import { DeviceRights } from './membership/device-rights.ts'
import type { Identity, Keyring } from './membership/identity.ts'
import { FileKeyring, MemoryKeyring, openIdentity, renewIncarnation } from './membership/identity.ts'
import { PolicyKeeper } from './membership/policy-keeper.ts'
import type { KnownPeer } from './network/link-keeper.ts'
import { openContexts } from './open-contexts.ts'
import type { OpenNetwork } from './open-network.ts'
import { openNetwork } from './open-network.ts'
import type { SearchOptions } from './open-search.ts'
import { openSearch } from './open-search.ts'
import { PolicyAdoption } from './replica/policy-adoption.ts'
import { Replica } from './replica/replica.ts'
import { SignaturePool } from './replica/signature-pool.ts'
import { GroupCommit } from './storage/group-commit.ts'
import { readMachineId } from './storage/machine-id.ts'
import type { OpenStore } from './storage/open-store.ts'
import { openDiskStore, openMemoryStore } from './storage/open-store.ts'
import { StoreVerifier } from './verification/store-verifier.ts'
import { verifiedState } from './verified-state-over.ts'

export type OpenNodeOptions = NodeOptions & ({ readonly dir: string } | { readonly memory: true })

export interface NodeOptions {
  /** What people call this machine. @default the host's name */
  readonly name?: string
  /**
   * `disk`: a write resolves after its fsync. `buffered`: before, which is faster
   * for one writer and may lose the last writes when the machine stops. Every
   * receipt says which it was.
   *
   * @default 'disk'
   */
  readonly durability?: Durability
  /**
   * How long history is wanted, by space. It only proposes where a horizon may lie
   * (`proposedHorizons`): nothing is dropped without a signed one.
   *
   * @default everything, for ever
   */
  readonly retention?: Retention
  /** How contexts are found; `false` for a node that is never searched. @default by words and by the builtin vectors */
  readonly search?: SearchOptions | false
  /** A ticket of the network to join. A node that is a member of it already goes on as it is. */
  readonly join?: string
  /**
   * Where other nodes reach this one, as multiaddresses; port 0 is chosen once and kept. `false` for a
   * node that talks to nobody.
   *
   * @default all interfaces, once there are other members or somebody is invited; `false` in memory
   */
  readonly listen?: readonly string[] | false
  /** Addresses under which others reach this node that it cannot see itself, as behind a router. @default [] */
  readonly announce?: readonly string[]
  /** Finds members on the local network by mDNS. @default false */
  readonly isDiscoverable?: boolean
  /** Lets members that cannot reach each other meet here. @default false */
  readonly isRelay?: boolean
  /** See docs/LIMITS.md. */
  readonly limits?: { readonly [Name in NodeLimitName]?: number }
  /** @default a logger that says nothing */
  readonly log?: Logger
  readonly clock?: Clock
  readonly random?: Random
}

/** Holds only what can be built anew. */
const INDEX_FOLDER = 'index'
const LISTEN_DEFAULT: readonly string[] = ['/ip4/0.0.0.0/tcp/0']

/**
 * Opens the node of a data directory, or founds one there. The only place that
 * names concrete classes.
 */
export async function openNode(options: OpenNodeOptions): Promise<HcfsNode> {
  const environment = {
    clock: options.clock ?? new SystemClock(),
    random: options.random ?? new SystemRandom(),
    log: options.log ?? silentLogger
  }
  const limits = resolveNodeLimits(options.limits)
  const retention = checkedRetention(options.retention ?? {})
  const opened =
    'dir' in options
      ? await openDiskStore(options.dir, { ...environment, machineId: () => readMachineId() }, limits)
      : openMemoryStore()
  try {
    return await startNode(opened, { ...options, ...environment, limits, retention })
  } catch (error) {
    await opened.close()
    throw error
  }
}

type Environment = Required<Pick<NodeOptions, 'clock' | 'random' | 'log'>> & {
  readonly limits: NodeLimits
  readonly retention: Retention
}

async function startNode(opened: OpenStore, options: Omit<NodeOptions, 'limits'> & Environment): Promise<HcfsNode> {
  const { clock, random, log, limits } = options
  const { store } = opened
  const keyring = opened.directory === undefined ? new MemoryKeyring(random) : new FileKeyring(opened.directory, random)
  const durability = options.durability ?? 'disk'
  const surroundings = { store, keyring, clock, random, log, limits }
  const known = options.join === undefined ? [] : await joinNetwork(surroundings, options.join)
  const identity = await openIdentity(surroundings, {
    isLastWriteProven: opened.provesLastWrite(durability),
    settleProof: opened.settleProof()
  })
  const name = options.name ?? hostname()
  const member = await memberOf(identity, surroundings)
  const replica = replicaOf(member, { store, durability }, options)
  const listing = new Listing({ store, rows: replica.rows, clock })
  const network = networkOf({ ...member, ...surroundings, replica, listing }, { ...options, name, known }, opened)
  const { contexts, tokens, reader, unfinished } = openContexts(
    { store, replica, listing, clock, random, log, ...(network && { network }) },
    { name, limits }
  )
  const verifier = new StoreVerifier({
    store,
    clock,
    stateOver: (reads) => verifiedState(reads, identity.fingerprintKey, { spaceOf: (path) => replica.spaceOf(path) }),
    whileQuiet: (work) => replica.whileQuiet(work)
  })
  const index = opened.directory === undefined ? {} : { directory: join(opened.directory, INDEX_FOLDER) }
  const searching =
    options.search === false
      ? undefined
      : openSearch({ replica, contexts, listing, tokens, clock, random, log }, { ...options.search, limits, ...index })
  const editors = new EditorBridges({ store, replica, clock, random, log })
  const node = new HcfsNode(
    {
      opened,
      verifier,
      backup: (file, signal) => writeBackup({ store, keyring }, file, signal),
      identity,
      replica,
      contexts,
      listing,
      effectiveCache: () => reader.status,
      clock,
      apiKeys: new ApiKeys({ store, clock, random }),
      editors,
      ...(searching && { searching }),
      ...(network && { network }),
      background: [
        new PolicyAdoption({ policy: member.keeper, replica, log }),
        unfinished,
        editors,
        new Expirer({ store, replica, clock, log }, limits),
        ...(searching === undefined ? [] : [searching.running]),
        ...(network === undefined ? [] : [network.running])
      ]
    },
    { name, durability, retention: options.retention }
  )
  await startRepaired(node, { verifier, log })
  return node
}

/** Who this node is in its network, and what it may do there. */
interface Member {
  readonly identity: Identity
  readonly keeper: PolicyKeeper
  readonly rights: DeviceRights
  /** The spaces that this node keeps a copy of, by the newest policy: all that it may read. */
  readonly spaces: () => readonly ContextPath[]
}

async function memberOf(
  identity: Identity,
  { store, clock, log }: { store: OpenStore['store']; clock: Clock; log: Logger }
): Promise<Member> {
  const keeper = await PolicyKeeper.open({ store, verifier: new SignatureVerifier(), clock, log }, identity.genesis)
  const device = identity.key.deviceId
  return {
    identity,
    keeper,
    rights: new DeviceRights({ policy: keeper, device, clock }),
    spaces: () => [...keeper.state.facts.spaces.keys()].filter((space) => keeper.state.mayRead(device, space))
  }
}

function replicaOf(
  { identity, keeper, rights, spaces }: Member,
  { store, durability }: { store: OpenStore['store']; durability: Durability },
  { clock, random, log, limits }: Environment
): Replica {
  return new Replica(
    {
      store,
      clock,
      log,
      policy: keeper.state,
      grants: rights,
      signatures: new SignaturePool({ verifier: new SignatureVerifier() }),
      renewIncarnation: (known) => renewIncarnation({ store, random }, known),
      groupCommit: (owner) => new GroupCommit({ store, owner, clock, log }, { ...limits, durability })
    },
    {
      signer: signerOf(identity),
      fingerprintKey: identity.fingerprintKey,
      limits,
      replicates: (space) => spaces().includes(space)
    }
  )
}

type NetworkedMember = Member & {
  readonly store: OpenStore['store']
  readonly keyring: Keyring
  readonly replica: Replica
  readonly listing: Listing
}

function networkOf(
  { listing, spaces, ...member }: NetworkedMember,
  options: Omit<NodeOptions, 'limits'> & Environment & { readonly name: string; readonly known: readonly KnownPeer[] },
  { directory }: OpenStore
): OpenNetwork | undefined {
  const { listen = directory === undefined ? false : undefined, clock, random, log, limits, name, known } = options
  if (listen === false) return undefined
  const isEmpty = async (path: ContextPath): Promise<boolean> => {
    for await (const _ of listing.everyPath(path)) return false
    return true
  }
  return openNetwork(
    { ...member, isEmpty, clock, random, log },
    {
      name,
      limits,
      known,
      spaces,
      listen: listen ?? LISTEN_DEFAULT,
      isWanted: listen !== undefined || options.join !== undefined,
      announce: options.announce ?? [],
      isDiscoverable: options.isDiscoverable ?? false,
      isRelay: options.isRelay ?? false,
      isIndexing: options.search !== false
    }
  )
}

/** What a node needs to start follows from its commits, so damage to it is no reason to stay down. */
async function startRepaired(
  node: HcfsNode,
  { verifier, log }: { verifier: StoreVerifier; log: Logger }
): Promise<void> {
  try {
    await node.start()
  } catch (error) {
    if (!hasErrorCode(error, 'STORAGE_CORRUPT')) throw error
    log.warn('store-damaged', { error })
    const { problems } = await verifier.repairClosed()
    log.warn('store-repaired', { problems: problems.length })
    await node.start()
  }
}

function signerOf(identity: Identity) {
  return {
    network: identity.network,
    key: identity.key,
    writer: { author: identity.key.deviceId, incarnation: identity.incarnation },
    grant: firstGrantOf(identity.genesis)
  }
}

function checkedRetention(retention: Retention): Retention {
  for (const [space, keepMs] of Object.entries(retention)) {
    parsePath(space)
    if (Number.isSafeInteger(keepMs) && keepMs > 0) continue
    throw new TypeError(`The retention of ${space} is a whole number of milliseconds above 0, not ${keepMs}`)
  }
  return retention
}
