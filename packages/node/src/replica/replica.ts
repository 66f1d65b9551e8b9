import type { CommitId, ContextPath, DocId, Durability, Startable } from '@hcfs/core'
import { HcfsError, Lifecycle, ROOT_PATH } from '@hcfs/core'
import type { ChainTip, CommitHeader, PolicyState, PolicyView } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import type { GroupCommit } from '../storage/group-commit.ts'
import type { GroupOwner, SealedGroup } from '../storage/group-owner.ts'
import type { Footprint } from '../storage/group-queue.ts'
import { keys } from '../storage/keys.ts'
import type { StoreKey } from '../storage/ordered-store.ts'
import { ChainTable } from './chain-table.ts'
import { ChangeSignal } from './change-signal.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import type { CommitsOptions, LoggedCommit } from './commit-log.ts'
import { CommitLog } from './commit-log.ts'
import { ContextHistory } from './context-history.ts'
import type { Counts } from './counts.ts'
import { assertCovered, readCounts } from './counts.ts'
import { DocumentsNotLive } from './entry-writer.ts'
import type { FingerprintTrie } from './fingerprint-trie.ts'
import type { GroupSealer, ReplicaRequest, Signer } from './group-sealer.ts'
import { LiveDocuments } from './live-documents.ts'
import type { LogJudging, RebuiltListener } from './log-judging.ts'
import type { ParkedCount } from './parked-commits.ts'
import type { ReceivedBytes, ReceivedCommit, ReceiveOutcome, ReceiveRequest } from './received-commit.ts'
import { bytesOf } from './received-commit.ts'
import type { Receiver } from './receiver.ts'
import type { ReplicaComponents, ReplicaOptions } from './replica-options.ts'
import { groupSealerOf, logJudgingOf, receiverOf } from './replica-rooms.ts'
import { RowPlaces } from './row-places.ts'
import { RowStore } from './row-store.ts'
import { SpaceFingerprints } from './space-fingerprints.ts'
import { VersionReader } from './version-reader.ts'
import type { WriteOutcome, WriteRequest } from './write-request.ts'
import { WriteRights } from './write-rights.ts'

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
  /** Those of the outermost space. */
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
  readonly #judging: LogJudging
  readonly #rights: WriteRights
  readonly #tries: SpaceFingerprints
  /** On the disk for certain. */
  readonly #chains = new ChainTable()
  #policy: PolicyView
  readonly #lifecycle: Lifecycle
  /** Set while writers have to wait. */
  #quiet: Promise<void> | undefined
  /** False from the moment at which memory may run ahead of the store until it was read again, also where that failed. */
  #isStateCertain = false

  constructor(components: ReplicaComponents, options: ReplicaOptions) {
    const { store } = components
    this.#components = components
    this.#policy = components.policy
    const policy = () => this.#policy
    const replicates = options.replicates ?? (() => true)
    const grants = components.grants ?? { grantFor: () => options.signer.grant }
    this.#rights = new WriteRights({ policy, grants, replicates })
    this.#tries = new SpaceFingerprints(options.fingerprintKey)
    this.log = new CommitLog({ store })
    this.history = new ContextHistory({ store })
    const places = new RowPlaces({ spaceOf: (path) => this.spaceOf(path) })
    this.rows = new RowStore({ store, places }, { cacheBytesMax: options.limits.rowCacheBytesMax })
    this.checkpoints = new CheckpointStore({ store })
    this.versions = new VersionReader({ log: this.log, history: this.history, checkpoints: this.checkpoints })
    this.fingerprints = this.#tries.of(ROOT_PATH)
    this.changes = new ChangeSignal(0)
    this.stored = new ChangeSignal(0)
    this.#documents = new LiveDocuments({ countMax: options.limits.documentsLiveMax })
    const { log, history, rows, checkpoints, versions } = this
    const own = { documents: this.#documents, fingerprints: this.#tries, rights: this.#rights, policy }
    const rooms = { components, options, log, history, rows, checkpoints, versions, ...own }
    this.#sealer = groupSealerOf(rooms)
    this.#commits = components.groupCommit(this.#owner())
    this.#judging = logJudgingOf(rooms, {
      signer: () => this.signer,
      write: (request) => this.#write(request),
      leave: (incarnation) => this.#leave(incarnation),
      whileQuiet: (work) => this.whileQuiet(work)
    })
    this.#receiver = receiverOf(rooms, {
      replicates,
      store: (request) => this.#store(request),
      onLacking: (header) => this.#leaveChainOf(header),
      onFork: () => this.#judging.afterFork()
    })
    this.#lifecycle = new Lifecycle('replica', {
      onStart: async () => {
        await this.#loadState()
        if (await this.#judging.finish(this.#policy)) await this.#loadState()
        await this.#commits.start()
        await this.#judging.rewriteOwn()
      },
      onStop: async () => {
        await this.#judging.stopped()
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

  /** Equal on two replicas that hold the same heads of the same contexts, of all their spaces. */
  fingerprint(): { readonly sum: Uint8Array; readonly count: number } {
    return this.#tries.total()
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
    return this.#whileQuiet(work)
  }

  async #whileQuiet<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#quiet !== undefined) await this.#quiet
    const done = Promise.withResolvers<void>()
    this.#quiet = done.promise
    try {
      await this.#commits.flush()
      this.#isStateCertain = false
      try {
        return await work()
      } finally {
        // Also of work that failed: what it had begun in memory is not in the store.
        await this.#loadState()
      }
    } finally {
      this.#quiet = undefined
      done.resolve()
    }
  }

  async write(request: WriteRequest, options: WriteOptions = {}): Promise<Written> {
    this.#lifecycle.assertStarted()
    return this.#write(request, options)
  }

  async #write(request: WriteRequest, { signal }: WriteOptions = {}): Promise<Written> {
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

  /** As `receive`, of commits that were decoded already. Their signatures are verified here. */
  receiveCommits(commits: readonly ReceivedCommit[]): Promise<readonly ReceiveOutcome[]> {
    this.#lifecycle.assertStarted()
    return this.#receiver.receive(commits)
  }

  /** Tries again what is parked. To be called now and then: what came from the future waits for the clock. */
  async retryParked(): Promise<void> {
    this.#lifecycle.assertStarted()
    await this.#receiver.retryParked()
  }

  /** The commits that parked ones wait for. */
  missing(): readonly CommitId[] {
    return this.#receiver.parked.missing()
  }

  /** What is parked, by author and by what it waits for. */
  parked(): readonly ParkedCount[] {
    return this.#receiver.parked.counts()
  }

  /** The newest commit of each chain of a space, and of a forked chain of each branch; of what is on the disk. */
  tipsOf(space: ContextPath): readonly ChainTip[] {
    return this.#chains.of(space)
  }

  fingerprintsOf(space: ContextPath): FingerprintTrie {
    this.#rights.assertReplicated(space)
    return this.#tries.of(space)
  }

  /** Whole commits in the order of the log, up to the last that is on the disk for certain. */
  async *commits({ upTo, ...options }: CommitsOptions): AsyncIterable<LoggedCommit> {
    const { position } = this.changes
    if (position <= options.after) return
    yield* this.log.commits({ ...options, upTo: Math.min(upTo ?? position, position) })
  }

  /** Likewise, as another replica takes them, with the position to go on from. */
  async *handedOver({
    upTo,
    ...options
  }: CommitsOptions): AsyncIterable<ReceivedBytes & { readonly position: number }> {
    const { position } = this.changes
    if (position <= options.after) return
    yield* this.log.handedOver({ ...options, upTo: Math.min(upTo ?? position, position) })
  }

  get policy(): PolicyView {
    return this.#policy
  }

  /** The space in which a path lies now. */
  spaceOf(path: ContextPath): ContextPath {
    return this.#rights.spaceOf(path)
  }

  /** Of what is or will be at a path. */
  docIdOf(path: ContextPath): DocId {
    return documentIdOf(this.spaceOf(path), path)
  }

  /** Fails with `SPACE_NOT_REPLICATED` when this node does not hold the space of a path. */
  assertReplicated(path: ContextPath): void {
    this.#rights.assertReplicated(this.spaceOf(path))
  }

  /**
   * Goes on under a newer policy: takes back what a cut or a settlement makes void, brings back what a settlement
   * decided for, and tries again what waited for the epoch. A crash in between is made good by the next start.
   */
  async adoptPolicy(state: PolicyState): Promise<void> {
    this.#lifecycle.assertStarted()
    await this.#receiver.inTurn(() =>
      this.#judging.afterPolicy(this.#policy, state, () => {
        this.#policy = state
      })
    )
    await this.#receiver.retryParked()
  }

  /**
   * Calls back with the contexts that were made anew without a new entry in the log, because a verdict changed.
   * Answers with what ends that.
   */
  onRebuilt(listener: RebuiltListener): () => void {
    return this.#judging.onRebuilt(listener)
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
    const next = await this.#leave(incarnation)
    this.#components.log.warn('own-write-missing', { seq, incarnation, next })
  }

  /** From here on this device writes in new chains. */
  #leave(incarnation: number): Promise<number> {
    return this.#whileQuiet(async () => {
      const { signer } = this
      const { author, incarnation: current } = signer.writer
      if (current !== incarnation) return current
      const next = await this.#components.renewIncarnation(incarnation)
      this.#sealer.reset({ counts: this.counts, signer: { ...signer, writer: { author, incarnation: next } } })
      return next
    })
  }

  #owner(): GroupOwner<ReplicaRequest, WriteOutcome> {
    return {
      footprintOf: (request) => footprintOf(request),
      seal: (requests): SealedGroup<WriteOutcome> => {
        if (!this.#isStateCertain) throw stateUncertain()
        return this.#sealer.seal(requests)
      },
      // Also when the store cannot recover yet: what was sealed for a batch that failed must not be shown meanwhile.
      recover: () => this.#components.store.recover().finally(() => this.#loadState()),
      onStored: (results) => {
        for (const { entries } of results) for (const { after } of entries) this.rows.remember(after)
        this.stored.advance(lastPositionOf(results))
      },
      onDurable: (results) => {
        for (const { commit } of results) if (commit !== undefined) this.#chains.advance(commit)
        this.changes.advance(lastPositionOf(results))
      }
    }
  }

  /** Takes everything that runs ahead of the disk back to what is stored. */
  async #loadState(): Promise<void> {
    const { store } = this.#components
    this.#isStateCertain = false
    const counts = readCounts(store)
    this.#sealer.reset({ counts })
    this.#documents.clear()
    this.rows.forgetAll()
    this.#tries.load(await this.#storedLeaves())
    assertCovered(this.#tries.count, counts)
    await this.#chains.load(store)
    this.#isStateCertain = true
    this.stored.advance(counts.position)
    this.changes.advance(counts.position)
  }

  async #storedLeaves(): Promise<(readonly [StoreKey, Uint8Array])[]> {
    const leaves: (readonly [StoreKey, Uint8Array])[] = []
    for await (const chunk of this.#components.store.scan(keys.family('leaf'))) {
      leaves.push(...chunk)
    }
    return leaves
  }
}

/** Fails the group, which reads the state again before the next one is sealed. */
function stateUncertain(): HcfsError {
  return new HcfsError('STORAGE_FAILED', 'The store could not be read after a failure; try again')
}

function lastPositionOf(results: readonly WriteOutcome[]): number {
  return results.reduce((last, { commit }) => Math.max(last, commit?.position ?? 0), 0)
}

function footprintOf(request: ReplicaRequest): Footprint {
  const bytes = 'received' in request ? bytesOf(request.received) : (request.bytes ?? 0)
  return { keys: request.paths, entries: request.paths.length, bytes }
}
