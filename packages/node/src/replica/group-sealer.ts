import type { ContextPath, GrantId, HybridClock, NetworkId } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import type { Commit, DeviceKey, Writer } from '@hcfs/crdt'
import { signCommit } from '@hcfs/crdt'
import type { SealedGroup, SealedOutcome } from '../storage/group-owner.ts'
import { keys } from '../storage/keys.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog, LogPlace } from './commit-log.ts'
import type { Counts } from './counts.ts'
import { countRow, NO_COUNTS, writeCounts } from './counts.ts'
import type { CommitFrame, EntryWriter, WrittenDraft } from './entry-writer.ts'
import type { FingerprintTrie } from './fingerprint-trie.ts'
import { GroupRows } from './group-rows.ts'
import type { LiveDocuments } from './live-documents.ts'
import type { ChainTip } from './own-chain.ts'
import { EMPTY_CHAIN, writeChainTip } from './own-chain.ts'
import type { ReceiveRequest } from './received-commit.ts'
import type { RowStore } from './row-store.ts'
import type { EntryToApply, RowUpdater } from './row-updater.ts'
import type { SealedReceived } from './seal-received.ts'
import { sealReceived } from './seal-received.ts'
import type { EntryDecision, WriteOutcome, WriteRequest } from './write-request.ts'

/** Who signs, and for what. */
export interface Signer {
  readonly network: NetworkId
  readonly space: ContextPath
  readonly key: DeviceKey
  readonly writer: Writer
  readonly grant: GrantId
  readonly epoch: number
}

export interface GroupSealerComponents {
  clock: HybridClock
  log: CommitLog
  rows: RowStore
  documents: LiveDocuments
  entryWriter: EntryWriter
  rowUpdater: RowUpdater
  fingerprints: FingerprintTrie
}

/** What shares an fsync: writes of this device, and commits of others. */
export type ReplicaRequest = WriteRequest | ReceiveRequest

/** Drafts of one request with the request's place in its group. */
interface DraftedRequest {
  readonly index: number
  readonly drafts: readonly WrittenDraft[]
}

/**
 * Makes commits of the requests that share one fsync. Each request becomes part
 * of one commit, whole; a group that exceeds what a commit may hold becomes
 * several, one behind the other, in the same batch.
 *
 * Runs ahead of the disk: the tip of the chain, the live documents and the
 * fingerprints are those after the last sealed group. When a batch fails,
 * `reset` takes them back to what is stored.
 */
export class GroupSealer {
  readonly #components: GroupSealerComponents
  #signer: Signer
  #tip: ChainTip = EMPTY_CHAIN
  #counts: Counts = NO_COUNTS

  constructor(components: GroupSealerComponents, signer: Signer) {
    this.#components = components
    this.#signer = signer
  }

  get signer(): Signer {
    return this.#signer
  }

  reset(state: { tip: ChainTip; counts: Counts; signer?: Signer }): void {
    this.#tip = state.tip
    this.#counts = state.counts
    this.#signer = state.signer ?? this.#signer
  }

  seal(requests: readonly ReplicaRequest[]): SealedGroup<WriteOutcome> {
    const outcomes: SealedOutcome<WriteOutcome>[] = new Array(requests.length)
    const drafted: DraftedRequest[] = []
    const received: [index: number, ReceiveRequest][] = []
    const rows = new GroupRows(this.#components, this.#signer.space)
    const frame = this.#frameFor(requests, { rows, outcomes })
    for (const [index, request] of requests.entries()) {
      if (outcomes[index] !== undefined) continue
      if ('received' in request) {
        received.push([index, request])
        continue
      }
      try {
        const drafts = this.#draft(request, frame)
        if (drafts.length === 0) outcomes[index] = { result: { entries: [] } }
        else drafted.push({ index, drafts })
      } catch (error) {
        outcomes[index] = { error }
      }
    }
    const operations: StoreOperation[] = []
    for (const group of inCommits(drafted)) operations.push(...this.#commit(group, { frame, outcomes }))
    for (const [index, request] of received) {
      try {
        const sealed = this.#receive(request, rows)
        operations.push(...sealed.operations)
        outcomes[index] = { result: sealed.outcome }
      } catch (error) {
        outcomes[index] = { error }
      }
    }
    if (operations.length > 0) operations.push(...this.#groupOperations())
    return { operations, outcomes }
  }

  /**
   * One date for the whole group: later than everything it follows. A write that follows what is dated
   * too far ahead fails alone; commits of others have their own dates, and are asked for none.
   */
  #frameFor(
    requests: readonly ReplicaRequest[],
    { rows, outcomes }: { rows: GroupRows; outcomes: SealedOutcome<WriteOutcome>[] }
  ): CommitFrame {
    let { hlc } = this.#tip
    for (const [index, request] of requests.entries()) {
      if ('received' in request) continue
      const past = request.paths.flatMap((path) => rows.row(path)?.hlc ?? [])
      try {
        hlc = this.#components.clock.next(hlc, ...past)
      } catch (error) {
        outcomes[index] = { error }
      }
    }
    const { space, writer, grant } = this.#signer
    return { space, writer, grant, hlc, rows }
  }

  #draft(request: WriteRequest, frame: CommitFrame): WrittenDraft[] {
    const { rows } = frame
    const decisions = request.decide({ hlc: frame.hlc, row: (path) => rows.row(path) })
    const { entryWriter } = this.#components
    assertDeclared(decisions, request)
    entryWriter.assertLive(decisions, rows)
    try {
      const drafts = decisions.flatMap((decision) => entryWriter.write(decision, frame) ?? [])
      assertFitsOneCommit(drafts)
      return drafts
    } catch (error) {
      // Documents that were edited hold what will not be stored.
      this.#forgetDocuments(decisions, rows)
      throw error
    }
  }

  #commit(
    requests: readonly DraftedRequest[],
    { frame, outcomes }: { frame: CommitFrame; outcomes: SealedOutcome<WriteOutcome>[] }
  ): StoreOperation[] {
    const drafts = requests.flatMap((request) => request.drafts)
    const commit = this.#sign(drafts, frame)
    const position = this.#counts.position + 1
    this.#counts = { ...this.#counts, position, commits: this.#counts.commits + 1 }
    const operations = this.#components.log.append(
      position,
      commit,
      drafts.map(({ payload }) => payload)
    )
    const committed = { id: commit.id, seq: commit.header.seq, incarnation: commit.header.incarnation, position }
    let place = 0
    for (const { index, drafts: own } of requests) {
      const entries = own.map((draft) => {
        const update = this.#components.rowUpdater.apply(ownEntry(draft, commit, { position, index: place++ }))
        if (draft.document !== undefined) this.#components.documents.set(update.row.docId, draft.document)
        operations.push(...update.operations)
        this.#counts = countRow(this.#counts, draft.before, update.row)
        return { path: draft.decision.path, before: draft.before, after: update.row }
      })
      outcomes[index] = { result: { commit: committed, entries } }
    }
    return operations
  }

  #receive(request: ReceiveRequest, rows: GroupRows): SealedReceived {
    const position = this.#counts.position + 1
    const sealed = sealReceived(this.#components, request, { position, rowOf: (path) => rows.row(path) })
    this.#counts = { ...this.#counts, position, commits: this.#counts.commits + 1 }
    for (const { before, after } of sealed.outcome.entries) this.#counts = countRow(this.#counts, before, after)
    return sealed
  }

  /** What is stored once a group, whatever it holds. */
  #groupOperations(): StoreOperation[] {
    const operations = [writeCounts(this.#counts)]
    const { id } = this.#tip
    const chain = { ...this.#signer.writer, space: this.#signer.space }
    if (id !== undefined) operations.push(writeChainTip(chain, { ...this.#tip, id }))
    for (const [leaf, value] of this.#components.fingerprints.takeChanged()) {
      operations.push({ type: 'put', key: keys.leaf(leaf), value })
    }
    return operations
  }

  #sign(drafts: readonly WrittenDraft[], { hlc, space }: CommitFrame): Commit {
    const { network, writer, epoch, key } = this.#signer
    const { id: prev } = this.#tip
    const header = {
      network,
      space,
      incarnation: writer.incarnation,
      seq: this.#tip.seq + 1,
      epoch,
      // Commits of one group follow each other, so each needs a later date than the one before.
      hlc: hlc > this.#tip.hlc ? hlc : this.#components.clock.next(this.#tip.hlc),
      ...(prev === undefined ? {} : { prev })
    }
    const commit = signCommit({ header, entries: drafts.map(({ prepared }) => prepared) }, key)
    this.#tip = { seq: header.seq, id: commit.id, hlc: header.hlc }
    return commit
  }

  #forgetDocuments(decisions: readonly EntryDecision[], rows: GroupRows): void {
    for (const { path } of decisions) {
      const row = rows.row(path)
      if (row !== undefined) this.#components.documents.discard(row.docId)
    }
  }
}

/** Whole requests, as many as one commit holds. */
function inCommits(requests: readonly DraftedRequest[]): DraftedRequest[][] {
  const commits: DraftedRequest[][] = []
  let open: DraftedRequest[] = []
  let entries = 0
  let bytes = 0
  for (const request of requests) {
    const payload = payloadBytesOf(request.drafts)
    const isFull =
      entries + request.drafts.length > FORMAT_LIMITS.commitEntriesMax ||
      bytes + payload > FORMAT_LIMITS.commitPayloadBytesMax
    if (isFull && open.length > 0) {
      commits.push(open)
      open = []
      entries = 0
      bytes = 0
    }
    open.push(request)
    entries += request.drafts.length
    bytes += payload
  }
  if (open.length > 0) commits.push(open)
  return commits
}

function payloadBytesOf(drafts: readonly WrittenDraft[]): number {
  return drafts.reduce((sum, { payload }) => sum + payload.byteLength, 0)
}

/** Here the request fails alone; when the commit is signed, its whole group would. */
function assertFitsOneCommit(drafts: readonly WrittenDraft[]): void {
  const { commitEntriesMax, commitPayloadBytesMax } = FORMAT_LIMITS
  const bytes = payloadBytesOf(drafts)
  if (drafts.length <= commitEntriesMax && bytes <= commitPayloadBytesMax) return
  throw new HcfsError(
    'BATCH_TOO_LARGE',
    `One commit holds at most ${commitEntriesMax} changes of ${commitPayloadBytesMax} bytes in all; split the batch`,
    { details: { entries: drafts.length, bytes } }
  )
}

/** Our own entries follow every head, so they see all that came before. */
function ownEntry(
  { decision, before, prepared, payload, document }: WrittenDraft,
  commit: Commit,
  place: LogPlace
): EntryToApply {
  return {
    commit,
    entry: prepared.entry,
    place,
    before,
    document,
    payloadBytes: payload.byteLength,
    reason: decision.kind === 'delete' || decision.kind === 'expire' ? decision.reason : 'removed',
    sawBefore: () => true
  }
}

/** A context outside the declared paths could be in another group that is on its way to the disk. */
function assertDeclared(decisions: readonly EntryDecision[], { paths }: WriteRequest): void {
  for (const { path } of decisions) {
    if (!paths.includes(path)) throw new TypeError(`A write request changes ${path} without having declared it`)
  }
}
