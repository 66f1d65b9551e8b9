import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, Durability, Logger, NodeLimitName, NodeLimits, Random, Retention } from '@hcfs/core'
import {
  hasErrorCode,
  parsePath,
  ROOT_PATH,
  resolveNodeLimits,
  SystemClock,
  SystemRandom,
  silentLogger
} from '@hcfs/core'
import { firstGrantOf, PolicyState } from '@hcfs/crdt'
import { writeBackup } from './backup/write-backup.ts'
import { Contexts } from './contexts/contexts.ts'
import { Expirer } from './contexts/expirer.ts'
import { HistoryReader } from './contexts/history-reader.ts'
import { Listing } from './contexts/listing.ts'
import { SubtreeSteps } from './contexts/subtree-steps.ts'
import { SubtreeWriter } from './contexts/subtree-writer.ts'
import { TokenWaiter } from './contexts/token-waiter.ts'
import { UnfinishedSubtrees } from './contexts/unfinished-subtrees.ts'
import { UpdateWriter } from './contexts/update-writer.ts'
import { Watching } from './contexts/watching.ts'
import { HcfsNode } from './hcfs-node.ts'
import type { Identity } from './membership/identity.ts'
import { FileKeyring, MemoryKeyring, openIdentity, renewIncarnation } from './membership/identity.ts'
import type { SearchOptions } from './open-search.ts'
import { openSearch } from './open-search.ts'
import { Replica } from './replica/replica.ts'
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
  /** See docs/LIMITS.md. */
  readonly limits?: { readonly [Name in NodeLimitName]?: number }
  /** @default a logger that says nothing */
  readonly log?: Logger
  readonly clock?: Clock
  readonly random?: Random
}

/** Holds only what can be built anew. */
const INDEX_FOLDER = 'index'

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
  const identity = await openIdentity(
    { store, clock, random, keyring },
    { isLastWriteProven: opened.provesLastWrite(durability), settleProof: opened.settleProof() }
  )
  const replica = replicaOf(identity, { store, durability }, options)
  const name = options.name ?? hostname()
  const { contexts, listing, tokens, unfinished } = contextsOf(replica, { store, name }, options)
  const verifier = new StoreVerifier(
    {
      store,
      clock,
      stateOver: (reads) => verifiedState(reads, identity.fingerprintKey),
      whileQuiet: (work) => replica.whileQuiet(work)
    },
    { space: ROOT_PATH }
  )
  const index = opened.directory === undefined ? {} : { directory: join(opened.directory, INDEX_FOLDER) }
  const searching =
    options.search === false
      ? undefined
      : openSearch({ replica, contexts, listing, tokens, clock, random, log }, { ...options.search, limits, ...index })
  const node = new HcfsNode(
    {
      opened,
      verifier,
      backup: (file, signal) => writeBackup({ store, keyring }, file, signal),
      identity,
      replica,
      contexts,
      listing,
      clock,
      ...(searching && { searching }),
      background: [
        unfinished,
        new Expirer({ store, replica, clock, log }, limits),
        ...(searching === undefined ? [] : [searching.running])
      ]
    },
    { name, durability, retention: options.retention }
  )
  await startRepaired(node, { verifier, log })
  return node
}

function replicaOf(
  identity: Identity,
  { store, durability }: { store: OpenStore['store']; durability: Durability },
  { clock, random, log, limits }: Environment
): Replica {
  return new Replica(
    {
      store,
      clock,
      log,
      policy: PolicyState.found(identity.genesis),
      renewIncarnation: (known) => renewIncarnation({ store, random }, known),
      groupCommit: (owner) => new GroupCommit({ store, owner, clock, log }, { ...limits, durability })
    },
    { signer: signerOf(identity), fingerprintKey: identity.fingerprintKey, limits }
  )
}

function contextsOf(
  replica: Replica,
  { store, name }: { store: OpenStore['store']; name: string },
  { clock, random, log }: Environment
) {
  const steps = new SubtreeSteps({ store, random })
  const listing = new Listing({ store, rows: replica.rows, clock })
  const subtrees = new SubtreeWriter({ replica, steps, clock })
  const tokens = new TokenWaiter({ replica, clock })
  const contexts = new Contexts({
    replica,
    clock,
    updates: new UpdateWriter({ replica, clock }),
    subtrees,
    listing,
    histories: new HistoryReader({ replica }),
    watching: new Watching({ replica }),
    tokens,
    nodeName: name
  })
  return { contexts, listing, tokens, unfinished: new UnfinishedSubtrees({ steps, subtrees, listing, log }) }
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
    space: ROOT_PATH,
    key: identity.key,
    writer: { author: identity.key.deviceId, incarnation: identity.incarnation },
    grant: firstGrantOf(identity.genesis),
    epoch: 0
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
