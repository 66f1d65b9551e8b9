import type { Clock, DocId, Durability, Logger, NodeLimits, Startable } from '@hcfs/core'
import { HcfsError, HybridClock, Lifecycle } from '@hcfs/core'
import type { CommitHeader, PolicyView } from '@hcfs/crdt'
import { SignatureVerifier } from '@hcfs/crdt'
import type { GroupCommit } from '../storage/group-commit.ts'
import type { GroupOwner, SealedGroup } from '../storage/group-owner.ts'
import type { Footprint } from '../storage/group-queue.ts'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import { ChangeSignal } from './change-signal.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import { CommitLog } from './commit-log.ts'
import { ContextHistory } from './context-history.ts'
import type { Counts } from './counts.ts'
import { readCounts } from './counts.ts'
import { DocumentsNotLive, EntryWriter } from './entry-writer.ts'
import { FingerprintTrie } from './fingerprint-trie.ts'
import type { ReplicaRequest, Signer } from './group-sealer.ts'
import { GroupSealer } from './group-sealer.ts'
import { LiveDocuments } from './live-documents.ts'
import { EMPTY_CHAIN, readChainTip } from './own-chain.ts'
import type { ReceivedBytes, ReceiveOutcome, ReceiveRequest } from './received-commit.ts'
import { ReceivedJudge } from './received-judge.ts'
import { bytesOf, Receiver } from './receiver.ts'
import { RowStore } from './row-store.ts'
import { RowUpdater } from './row-updater.ts'
import { VersionReader } from './version-reader.ts'
import type { WriteOutcome, WriteRequest } from './write-request.ts'

export interface ReplicaComponents {
  store: OrderedStore
  clock: Clock
  log: Logger
  policy: PolicyView
  /** Draws another incarnation, and has it on the disk when the promise resolves. */
  renewIncarnation: (known: number) => Promise<number>
  /** Makes the queue in which writers share an fsync. */
  groupCommit: (owner: GroupOwner<ReplicaRequest, WriteOutcome>) => GroupCommit<ReplicaRequest, WriteOutcome>
}

export interface ReplicaOptions {
  signer: Signer
  fingerprintKey: Uint8Array
  limits: NodeLimits
}

export interface WriteOptions {
  readonly signal?: AbortSignal
}

export interface Written extends WriteOutcome {
  readonly durable: Durability
}

/**
 * The copy of the contexts that this node holds: their log, and everything that
 * follows from it. Knows nothing of the network.
 *
 * 1. What `write` resolved with is stored as durably as it says.
 * 2. Rows, history and fingerprints are written in one batch with the commit
 *    they follow from, so they never disagree with the log.
 * 3. Readers see a change only once it is stored.
 */
export class Replica implements Startable {
  readonly log: CommitLog
  readonly history: ContextHistory
  readonly rows: RowStore
  readonly versions: VersionReader
  readonly checkpoints: CheckpointStore
  readonly fingerprints: FingerprintTrie
  /** What is in the log, and on the disk. */
  readonly changes: ChangeSignal
  /** What reads see; ahead of `changes` with `buffered` durability. */
  readonly stored: ChangeSignal
  readonly #components: ReplicaComponents
  readonly #documents: LiveDocuments
  readonly #sealer: GroupSealer
  readonly #commits: GroupCommit<ReplicaRequest, WriteOutcome>
  readonly #receiver: Receiver
  readonly #lifecycle: Lifecycle
  /** Set while writers have to wait. */
  #quiet: Promise<void> | undefined

  constructor(components: ReplicaComponents, options: ReplicaOptions) {
    const { store, clock } = components
    this.#components = components
    this.log = new CommitLog({ store })
    this.history = new ContextHistory({ store })
    this.rows = new RowStore({ store }, { cacheBytesMax: options.limits.rowCacheBytesMax })
    this.checkpoints = new CheckpointStore({ store })
    this.versions = new VersionReader({ log: this.log, history: this.history, checkpoints: this.checkpoints })
    this.fingerprints = new FingerprintTrie(options.fingerprintKey)
    this.changes = new ChangeSignal(0)
    this.stored = new ChangeSignal(0)
    this.#documents = new LiveDocuments({ countMax: options.limits.documentsLiveMax })
    const rowUpdater = new RowUpdater(
      { rows: this.rows, history: this.history, fingerprints: this.fingerprints, checkpoints: this.checkpoints },
      options.limits
    )
    this.#sealer = new GroupSealer(
      {
        clock: new HybridClock({ clock }),
        log: this.log,
        rows: this.rows,
        documents: this.#documents,
        entryWriter: new EntryWriter({ documents: this.#documents }),
        rowUpdater,
        fingerprints: this.fingerprints
      },
      options.signer
    )
    this.#commits = components.groupCommit(this.#owner())
    const judge = new ReceivedJudge({
      store,
      clock,
      policy: components.policy,
      log: this.log,
      history: this.history,
      rows: this.rows,
      versions: this.versions
    })
    this.#receiver = new Receiver(
      {
        log: this.log,
        judge,
        verifier: new SignatureVerifier(),
        store: (request) => this.#store(request),
        onLacking: (header) => this.#leaveChainOf(header)
      },
      options.limits
    )
    this.#lifecycle = new Lifecycle('replica', {
      onStart: async () => {
        await this.#loadState()
        await this.#commits.start()
      },
      onStop: async () => {
        await this.#commits.stop()
        this.changes.end()
        this.stored.end()
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  /** What is waiting to be written is written first. */
  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Fails with `NODE_NOT_RUNNING`: what is cached is not served by a node that is closed. */
  assertStarted(): void {
    this.#lifecycle.assertStarted()
  }

  get signer(): Signer {
    return this.#sealer.signer
  }

  get counts(): Counts {
    return readCounts(this.#components.store)
  }

  /**
   * Runs work while nothing is being written. Writers wait for it; what they
   * find afterwards is what the work left in the store.
   */
  async whileQuiet<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#lifecycle.assertStarted()
    while (this.#quiet !== undefined) await this.#quiet
    const done = Promise.withResolvers<void>()
    this.#quiet = done.promise
    try {
      await this.#commits.flush()
      const result = await work()
      await this.#loadState()
      return result
    } finally {
      this.#quiet = undefined
      done.resolve()
    }
  }

  async write(request: WriteRequest, { signal }: WriteOptions = {}): Promise<Written> {
    this.#lifecycle.assertStarted()
    const pinned: DocId[] = []
    try {
      for (;;) {
        while (this.#quiet !== undefined) await this.#quiet
        try {
          const { result, durable } = await this.#commits.submit(request, signal === undefined ? {} : { signal })
          return { ...result, durable }
        } catch (error) {
          // Most writes need no document, or one that is in memory: loading is what happens when that was wrong.
          if (!(error instanceof DocumentsNotLive)) throw error
          for (const docId of error.docIds) {
            await this.#documents.pin(docId, () => this.versions.current(docId))
            pinned.push(docId)
          }
        }
      }
    } finally {
      for (const docId of pinned) this.#documents.unpin(docId)
    }
  }

  /** Takes commits of others, in whatever order they came. Says what became of each. */
  async receive(commits: readonly ReceivedBytes[]): Promise<ReceiveOutcome[]> {
    this.#lifecycle.assertStarted()
    return this.#receiver.receive(commits)
  }

  async #store(request: ReceiveRequest): Promise<void> {
    while (this.#quiet !== undefined) await this.#quiet
    await this.#commits.submit(request)
  }

  /**
   * Goes on under a new incarnation when somebody has a write of the own chain that is not
   * here: the directory was copied, or lost it, and to write on would claim its place twice.
   */
  async #leaveChainOf({ network, author, incarnation, seq }: CommitHeader): Promise<void> {
    const { signer } = this
    if (network !== signer.network || author !== signer.writer.author || incarnation !== signer.writer.incarnation)
      return
    await this.whileQuiet(async () => {
      const next = await this.#components.renewIncarnation(incarnation)
      const renewed = { ...signer, writer: { author, incarnation: next } }
      this.#sealer.reset({ tip: EMPTY_CHAIN, counts: this.counts, signer: renewed })
      this.#components.log.warn('own-write-missing', { seq, incarnation, next })
    })
  }

  #owner(): GroupOwner<ReplicaRequest, WriteOutcome> {
    return {
      footprintOf: (request) => footprintOf(request),
      seal: (requests): SealedGroup<WriteOutcome> => this.#sealer.seal(requests),
      // Also when the store cannot recover yet: what was sealed for a batch that failed must not be shown meanwhile.
      recover: () => this.#components.store.recover().finally(() => this.#loadState()),
      onStored: (results) => {
        for (const { entries } of results) for (const { after } of entries) this.rows.remember(after)
        this.stored.advance(lastPositionOf(results))
      },
      onDurable: (results) => this.changes.advance(lastPositionOf(results))
    }
  }

  /** Takes everything that runs ahead of the disk back to what is stored. */
  async #loadState(): Promise<void> {
    const { store } = this.#components
    const counts = readCounts(store)
    const { writer, space } = this.#sealer.signer
    this.#sealer.reset({ tip: readChainTip(store, { ...writer, space }), counts })
    this.#documents.clear()
    this.rows.forgetAll()
    this.fingerprints.load(await this.#storedLeaves())
    assertCovered(this.fingerprints.root().count, counts)
    this.stored.advance(counts.position)
    this.changes.advance(counts.position)
  }

  async #storedLeaves(): Promise<[number, Uint8Array][]> {
    const leaves: [number, Uint8Array][] = []
    for await (const chunk of this.#components.store.scan(keys.family('leaf'))) {
      for (const [key, value] of chunk) leaves.push([keys.parseLeafKey(key), value])
    }
    return leaves
  }
}

/**
 * What the fingerprints do not cover counts as never written. With a leaf less than there should be,
 * writing would found contexts anew that are there already.
 */
function assertCovered(covered: number, { shown, hidden }: Counts): void {
  if (covered === shown + hidden) return
  throw new HcfsError(
    'STORAGE_CORRUPT',
    'The fingerprints do not cover every context of the store; run `hcfs verify --repair`, or restore a backup',
    { details: { covered, shown, hidden } }
  )
}

function lastPositionOf(results: readonly WriteOutcome[]): number {
  return results.reduce((last, { commit }) => Math.max(last, commit?.position ?? 0), 0)
}

function footprintOf(request: ReplicaRequest): Footprint {
  const bytes = 'received' in request ? bytesOf(request.received) : (request.bytes ?? 0)
  return { keys: request.paths, entries: request.paths.length, bytes }
}
