import type { ContextPath, GrantId, HybridClock, HybridTime, NetworkId } from '@hcfs/core'
import { comparePaths, FORMAT_LIMITS, HcfsError, hybridTime } from '@hcfs/core'
import type { Commit, DeviceKey, Writer } from '@hcfs/crdt'
import { signCommit } from '@hcfs/crdt'
import type { SealedGroup, SealedOutcome } from '../storage/group-owner.ts'
import { keys } from '../storage/keys.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog, LogPlace } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import type { Counts } from './counts.ts'
import { countRow, NO_COUNTS, writeCounts } from './counts.ts'
import type { CommitFrame, EntryWriter, WrittenDraft } from './entry-writer.ts'
import { GroupRows } from './group-rows.ts'
import type { LiveDocuments } from './live-documents.ts'
import type { ChainName } from './own-chain.ts'
import type { ReceiveRequest } from './received-commit.ts'
import { ReceivedTooLate } from './received-too-late.ts'
import type { RowStore } from './row-store.ts'
import type { EntryToApply, RowUpdater } from './row-updater.ts'
import type { SealedReceived } from './seal-received.ts'
import { sealReceived } from './seal-received.ts'
import type { SealedChains } from './sealed-chains.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'
import type { EntryDecision, WriteOutcome, WriteRequest } from './write-request.ts'
import type { WriteRights } from './write-rights.ts'

/** Who signs. */
export interface Signer {
  readonly network: NetworkId
  readonly key: DeviceKey
  readonly writer: Writer
  /** Named by what this device writes where nothing names another. */
  readonly grant: GrantId
}

export interface GroupSealerComponents {
  clock: HybridClock
  log: CommitLog
  rows: RowStore
  documents: LiveDocuments
  entryWriter: EntryWriter
  rowUpdater: RowUpdater
  fingerprints: SpaceFingerprints
  history: ContextHistory
  chains: SealedChains
  rights: WriteRights
}

/** What shares an fsync: writes of this device, and commits of others. */
export type ReplicaRequest = WriteRequest | ReceiveRequest

/** Drafts of one request with the request's place in its group. */
interface DraftedRequest {
  readonly index: number
  readonly space: ContextPath
  readonly drafts: readonly WrittenDraft[]
}

/**
 * Makes commits of the requests that share one fsync. Each request becomes part
 * of one commit, whole; a group that exceeds what a commit may hold, or whose
 * contexts lie in several spaces, becomes several, in the same batch.
 *
 * Runs ahead of the disk: the ends of the chains, the live documents and the
 * fingerprints are those after the last sealed group. When a batch fails,
 * `reset` takes them back to what is stored.
 */
export class GroupSealer {
  readonly #components: GroupSealerComponents
  #signer: Signer
  #counts: Counts = NO_COUNTS

  constructor(components: GroupSealerComponents, signer: Signer) {
    this.#components = components
    this.#signer = signer
  }

  get signer(): Signer {
    return this.#signer
  }

  reset(state: { counts: Counts; signer?: Signer }): void {
    this.#components.chains.reset()
    this.#counts = state.counts
    this.#signer = state.signer ?? this.#signer
  }

  seal(requests: readonly ReplicaRequest[]): SealedGroup<WriteOutcome> {
    const outcomes: SealedOutcome<WriteOutcome>[] = new Array(requests.length)
    const drafted: DraftedRequest[] = []
    const received: [index: number, ReceiveRequest][] = []
    const operations: StoreOperation[] = []
    const { rights } = this.#components
    const rows = new GroupRows(this.#components, (path) => rights.spaceOf(path))
    const frame = this.#frameFor(requests, { rows, outcomes })
    for (const [index, request] of requests.entries()) {
      if (outcomes[index] !== undefined) continue
      if ('received' in request) {
        received.push([index, request])
        continue
      }
      try {
        const drafts = this.#draft(request, frame)
        const [first] = drafts
        if (first === undefined) outcomes[index] = { result: { entries: [] } }
        else drafted.push({ index, drafts, space: rows.spaceOf(first.decision.path) })
        if (request.along !== undefined) operations.push(...request.along)
      } catch (error) {
        outcomes[index] = { error }
      }
    }
    for (const group of inCommits(drafted)) operations.push(...this.#commit(group, { frame, outcomes }))
    for (const [index, request] of received) {
      try {
        const sealed = this.#receive(request, rows)
        operations.push(...sealed.operations)
        outcomes[index] = { result: sealed.outcome }
      } catch (error) {
        // Anything else may have left a part of the commit in memory: the whole group fails, and memory is read anew.
        if (!(error instanceof ReceivedTooLate)) throw error
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
    const spaces = new Set<ContextPath>()
    let hlc = hybridTime(0)
    for (const [index, request] of requests.entries()) {
      if ('received' in request) continue
      const past = request.paths.flatMap((path) => rows.row(path)?.hlc ?? [])
      for (const path of request.paths) {
        const space = rows.spaceOf(path)
        if (spaces.has(space)) continue
        spaces.add(space)
        past.push(this.#components.chains.tip(this.#chainIn(space)).hlc)
      }
      try {
        hlc = this.#components.clock.next(hlc, ...past)
      } catch (error) {
        outcomes[index] = { error }
      }
    }
    const { writer } = this.#signer
    return { writer, grantFor: (path) => this.#grantFor(path), hlc, rows }
  }

  #draft(request: WriteRequest, frame: CommitFrame): WrittenDraft[] {
    const { rows } = frame
    const decisions = request.decide({ hlc: frame.hlc, row: (path) => rows.row(path) })
    const { entryWriter } = this.#components
    assertDeclared(decisions, request)
    this.#assertAllowed(decisions, rows)
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
    const commit = this.#sign(drafts, { hlc: frame.hlc, space: requests[0]!.space })
    const position = this.#counts.position + 1
    this.#counts = { ...this.#counts, position, commits: this.#counts.commits + 1 }
    const operations = this.#components.log.append(
      position,
      commit,
      drafts.map(({ payload }) => payload)
    )
    const { author, space, seq, incarnation, prev, hlc } = commit.header
    const committed = { id: commit.id, author, space, seq, incarnation, position, prev, hlc }
    let place = 0
    for (const { index, drafts: own } of requests) {
      const entries = own.map((draft) => {
        const update = this.#components.rowUpdater.apply(ownEntry(draft, commit, { position, index: place++ }))
        if (draft.document !== undefined) this.#components.documents.set(update.row.docId, draft.document)
        operations.push(...update.operations)
        const counted = { before: draft.before, after: update.row }
        this.#counts = countRow(this.#counts, counted, this.#components.rows.places)
        return { path: draft.decision.path, before: draft.before, after: update.row }
      })
      outcomes[index] = { result: { commit: committed, entries } }
    }
    return operations
  }

  #receive(request: ReceiveRequest, rows: GroupRows): SealedReceived {
    const rowPlaces = this.#components.rows.places
    const position = this.#counts.position + 1
    const sealed = sealReceived(this.#components, request, {
      position,
      rowIn: (space, path) => rows.rowIn(space, path)
    })
    this.#counts = { ...this.#counts, position, commits: this.#counts.commits + 1 }
    for (const entry of sealed.outcome.entries) this.#counts = countRow(this.#counts, entry, rowPlaces)
    const { id, header } = request.received.commit
    // So that nobody takes for written here what was not: see `OwnRewrite`.
    if (header.author !== this.#signer.writer.author) return sealed
    return { ...sealed, operations: [...sealed.operations, { type: 'put', key: keys.receivedOwn(id), value: '' }] }
  }

  /** What is stored once a group, whatever it holds. */
  #groupOperations(): StoreOperation[] {
    const operations = [writeCounts(this.#counts)]
    const { chains, fingerprints } = this.#components
    operations.push(...chains.takeChanged(), ...fingerprints.takeChanged())
    return operations
  }

  #sign(drafts: readonly WrittenDraft[], { hlc, space }: { hlc: HybridTime; space: ContextPath }): Commit {
    const { network, writer, key } = this.#signer
    const { chains, rights, clock } = this.#components
    const chain = this.#chainIn(space)
    const tip = chains.tip(chain)
    const { id: prev } = tip
    const header = {
      network,
      space,
      incarnation: writer.incarnation,
      seq: tip.seq + 1,
      epoch: rights.epoch,
      // Commits of one group follow each other, so each needs a later date than the one before.
      hlc: hlc > tip.hlc ? hlc : clock.next(tip.hlc),
      ...(prev === undefined ? {} : { prev })
    }
    const commit = signCommit({ header, entries: drafts.map(({ prepared }) => prepared) }, key)
    chains.advance(chain, { prev, tip: { seq: header.seq, id: commit.id, hlc: header.hlc } })
    return commit
  }

  #chainIn(space: ContextPath): ChainName {
    const { author, incarnation } = this.#signer.writer
    return { author, incarnation, space }
  }

  #grantFor(path: ContextPath): GrantId {
    const grant = this.#components.rights.grantFor(path)
    if (grant !== undefined) return grant
    throw new HcfsError('WRITE_NOT_GRANTED', `This device has no grant to write at ${path}; ask the owner for one`, {
      details: { path }
    })
  }

  /** Before anything is edited: what is written to a document cannot be taken back. */
  #assertAllowed(decisions: readonly EntryDecision[], rows: GroupRows): void {
    const [first] = decisions
    if (first === undefined) return
    const space = rows.spaceOf(first.path)
    for (const { path } of decisions) {
      if (rows.spaceOf(path) !== space) throw spansSpaces(space, rows.spaceOf(path))
      this.#grantFor(path)
    }
    this.#components.rights.assertReplicated(space)
  }

  #forgetDocuments(decisions: readonly EntryDecision[], rows: GroupRows): void {
    for (const { path } of decisions) {
      const row = rows.row(path)
      if (row !== undefined) this.#components.documents.discard(row.docId)
    }
  }
}

/** Whole requests of one space, as many as one commit holds. */
function inCommits(drafted: readonly DraftedRequest[]): DraftedRequest[][] {
  const requests = isOfOneSpace(drafted) ? drafted : drafted.toSorted((a, b) => comparePaths(a.space, b.space))
  const commits: DraftedRequest[][] = []
  let open: DraftedRequest[] = []
  let entries = 0
  let bytes = 0
  for (const request of requests) {
    const payload = payloadBytesOf(request.drafts)
    const isFull =
      request.space !== open[0]?.space ||
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

function isOfOneSpace(requests: readonly DraftedRequest[]): boolean {
  return requests.every(({ space }) => space === requests[0]?.space)
}

function spansSpaces(space: ContextPath, other: ContextPath): HcfsError {
  return new HcfsError('BATCH_SPANS_SPACES', 'A batch lies in one space; make one for each', {
    details: { space, other }
  })
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
