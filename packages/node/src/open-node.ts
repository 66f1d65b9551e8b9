import { hostname } from 'node:os'
import type { Clock, Durability, Logger, NodeLimitName, NodeLimits, Random } from '@hcfs/core'
import { hasErrorCode, ROOT_PATH, resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import { ContextDocument } from '@hcfs/crdt'
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
import { firstGrantOf } from './membership/genesis.ts'
import { GenesisPolicy } from './membership/genesis-policy.ts'
import type { Identity } from './membership/identity.ts'
import { FileKeyring, MemoryKeyring, openIdentity } from './membership/identity.ts'
import { CheckpointStore } from './replica/checkpoint-store.ts'
import { CommitLog } from './replica/commit-log.ts'
import { ContextHistory } from './replica/context-history.ts'
import { ContextReplay } from './replica/context-replay.ts'
import { FingerprintTrie } from './replica/fingerprint-trie.ts'
import { Replica } from './replica/replica.ts'
import { GroupCommit } from './storage/group-commit.ts'
import { readMachineId } from './storage/machine-id.ts'
import type { OpenStore } from './storage/open-store.ts'
import { openDiskStore, openMemoryStore } from './storage/open-store.ts'
import type { StoreReads } from './storage/ordered-store.ts'
import { StoreVerifier } from './verification/store-verifier.ts'
import type { VerifiedState } from './verification/verified-state.ts'

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
  /** See docs/LIMITS.md. */
  readonly limits?: { readonly [Name in NodeLimitName]?: number }
  /** @default a logger that says nothing */
  readonly log?: Logger
  readonly clock?: Clock
  readonly random?: Random
}

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
  const opened =
    'dir' in options
      ? await openDiskStore(options.dir, { ...environment, machineId: () => readMachineId() }, limits)
      : openMemoryStore()
  try {
    return await startNode(opened, { ...options, ...environment, limits })
  } catch (error) {
    await opened.close()
    throw error
  }
}

type Environment = Required<Pick<NodeOptions, 'clock' | 'random' | 'log'>> & { readonly limits: NodeLimits }

async function startNode(opened: OpenStore, options: Omit<NodeOptions, 'limits'> & Environment): Promise<HcfsNode> {
  const { clock, random, log, limits } = options
  const { store } = opened
  const keyring = opened.directory === undefined ? new MemoryKeyring(random) : new FileKeyring(opened.directory, random)
  const durability = options.durability ?? 'disk'
  const identity = await openIdentity(
    { store, clock, random, keyring },
    { isLastWriteProven: opened.provesLastWrite(durability), settleProof: opened.settleProof() }
  )
  const replica = new Replica(
    {
      store,
      clock,
      log,
      policy: new GenesisPolicy(identity.genesis),
      groupCommit: (owner) => new GroupCommit({ store, owner, clock, log }, { ...limits, durability })
    },
    { signer: signerOf(identity), fingerprintKey: identity.fingerprintKey, limits }
  )
  const name = options.name ?? hostname()
  const steps = new SubtreeSteps({ store, random })
  const updates = new UpdateWriter({ replica, clock })
  const listing = new Listing({ store, rows: replica.rows, clock })
  const subtrees = new SubtreeWriter({ replica, steps, clock })
  const unfinished = new UnfinishedSubtrees({ steps, subtrees, listing, log })
  const contexts = new Contexts({
    replica,
    clock,
    updates,
    subtrees,
    listing,
    histories: new HistoryReader({ replica }),
    watching: new Watching({ replica }),
    tokens: new TokenWaiter({ replica, clock }),
    nodeName: name
  })
  const verifier = new StoreVerifier(
    {
      store,
      clock,
      stateOver: (reads) => verifiedState(reads, identity.fingerprintKey),
      whileQuiet: (work) => replica.whileQuiet(work)
    },
    { space: ROOT_PATH }
  )
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
      background: [unfinished, new Expirer({ store, replica, clock, log }, limits)]
    },
    { name, durability }
  )
  await startRepaired(node, { verifier, log })
  return node
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

function verifiedState(reads: StoreReads, fingerprintKey: Uint8Array): VerifiedState {
  const checkpoints = new CheckpointStore({ store: reads })
  return {
    reads,
    log: new CommitLog({ store: reads }),
    history: new ContextHistory({ store: reads }),
    fingerprints: new FingerprintTrie(fingerprintKey),
    replayOf: (docId) => new ContextReplay(docId),
    checkpointAt: (docId, place) => {
      const checkpoint = checkpoints.at(docId, place)
      return checkpoint === undefined ? undefined : ContextDocument.load(docId, checkpoint.state)
    }
  }
}
