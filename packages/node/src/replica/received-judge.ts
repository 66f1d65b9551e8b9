import type { Clock, CommitId, ContextPath, DocId, PayloadHash } from '@hcfs/core'
import { HcfsError, hasErrorCode, hybridTime } from '@hcfs/core'
import type { CommitEntry, CommitHeader, CommitVerdict, PolicyView } from '@hcfs/crdt'
import {
  applyValidated,
  ContextDocument,
  chainPlaceOf,
  documentIdOf,
  isPayloadOf,
  judgeCommit,
  PolicyState
} from '@hcfs/crdt'
import type { StoreReads } from '../storage/ordered-store.ts'
import type { Rival } from './clock-claims.ts'
import { ClockClaims } from './clock-claims.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import { LastOwnEntries } from './last-own-entries.ts'
import { readBranches } from './own-chain.ts'
import type { ReceivedCommit, ReceivedEntry, ReceiveRequest, UnjudgedChain } from './received-commit.ts'
import type { RowStore } from './row-store.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'
import type { JudgedCommit } from './stored-past.ts'
import { entryPast, StoredPast } from './stored-past.ts'
import type { VersionReader } from './version-reader.ts'
import { isVoid } from './void-record.ts'

export interface ReceivedJudgeComponents {
  store: StoreReads
  log: CommitLog
  history: ContextHistory
  rows: RowStore
  versions: VersionReader
  /** What they do not cover was never written here, and is not asked for. */
  fingerprints: Pick<SpaceFingerprints, 'of'>
  clock: Pick<Clock, 'now'>
  policy: () => PolicyView
}

export interface Judged {
  readonly verdict: CommitVerdict
  /** Present when the commit is to be stored. */
  readonly request?: ReceiveRequest
}

/** Commits that were judged and are on their way into the log. */
export type Underway = ReadonlyMap<CommitId, JudgedCommit>

const MICROSECONDS_PER_MS = 1_000

/** Judges commits of others against what this node has stored, and prepares what they make of their contexts. */
export class ReceivedJudge {
  readonly #components: ReceivedJudgeComponents
  readonly #claims: ClockClaims

  constructor(components: ReceivedJudgeComponents) {
    this.#components = components
    this.#claims = new ClockClaims(components)
  }

  /** No context of the commit is one of those that commits underway change. */
  async judge(received: ReceivedCommit, underway: Underway): Promise<Judged> {
    const { commit } = received
    const { clock } = this.#components
    const policy = this.#components.policy()
    const isParented = this.#hasParents(received, underway)
    const entries = isParented ? await this.#prepare(received) : []
    const judged = underway
    const lastOwn = new LastOwnEntries({ ...this.#components, judged })
    const past = new StoredPast(
      { ...this.#components, judged },
      {
        payloadHashes: payloadHashesOf(received),
        lastOwn: isParented
          ? await lastOwn.of({ header: commit.header, entries: this.#writtenBefore(commit) })
          : new Map(),
        isPayloadValid: (index) => entries[index]?.isValid === true,
        rivals: new Map(entries.flatMap(({ rivals }, index) => rivals.slice(0, 1).map(({ id }) => [index, id])))
      }
    )
    const nowHlc = hybridTime(Math.floor(clock.now() * MICROSECONDS_PER_MS))
    const verdict = judgeCommit(commit, { past, policy, nowHlc })
    // Of another network nothing is kept: there it may be whatever it likes.
    if (verdict.verdict === 'park' || commit.header.network !== policy.network) return { verdict }
    const verdicts = verdict.entries
    return {
      verdict,
      request: {
        paths: commit.entries.map(({ path }) => path),
        received,
        verdicts,
        entries: entries.map((entry, index) => (isVoid(verdicts[index]) ? { ...entry, document: undefined } : entry)),
        unjudged: this.#unjudgedBy(received, past, entries),
        claimed: entries.flatMap(({ rivals, docId }) => (rivals.length > 0 ? [docId] : []))
      }
    }
  }

  /**
   * A second commit for one place changes what was said of the first; so does the one that ends the
   * chain to a settlement or a cut, and an entry that has the Yjs clocks of one that is dated later.
   */
  #unjudgedBy(
    { commit: { id, header } }: ReceivedCommit,
    past: StoredPast,
    entries: readonly PreparedEntry[]
  ): UnjudgedChain | undefined {
    const { author, incarnation, space } = header
    const chain = { author, incarnation, space }
    const twins = past.idsAt(chainPlaceOf(header)).filter((other) => other !== id)
    const { log, store, policy } = this.#components
    const later = entries.flatMap(({ rivals }) => rivals.filter(({ isFirst }) => !isFirst))
    const positions = [...later.map(({ position }) => position), ...twins.flatMap((twin) => log.positionOf(twin) ?? [])]
    if (positions.length > 0) return { ...chain, from: Math.min(...positions) }
    // One that is underway: this commit waits until it is in the log, and is judged then.
    if (twins.length > 0) return { ...chain, from: FROM_THE_FIRST_HELD }
    const isForked = readBranches(store, chain).length > 1
    return isForked && mayEndChain(policy(), header, id) ? { ...chain, from: FROM_THE_FIRST_HELD } : undefined
  }

  #isNew(space: ContextPath, docId: DocId): boolean {
    return !this.#components.fingerprints.of(space).mayCover(docId)
  }

  #writtenBefore({ header: { space }, entries }: ReceivedCommit['commit']): readonly CommitEntry[] {
    return entries.filter(({ path }) => !this.#isNew(space, documentIdOf(space, path)))
  }

  /** Without them the commit is parked, and there is nothing to prepare. */
  #hasParents({ commit: { header, entries } }: ReceivedCommit, underway: Underway): boolean {
    const parents = [...(header.prev === undefined ? [] : [header.prev]), ...entries.flatMap(({ deps }) => deps)]
    return parents.every((id) => underway.has(id) || this.#components.log.positionOf(id) !== undefined)
  }

  async #prepare({ commit, payloads }: ReceivedCommit): Promise<PreparedEntry[]> {
    const prepared: PreparedEntry[] = []
    for (const [index, entry] of commit.entries.entries()) {
      prepared.push(await this.#prepareEntry(commit, entry, payloads[index] ?? new Uint8Array()))
    }
    return prepared
  }

  async #prepareEntry(
    commit: ReceivedCommit['commit'],
    entry: CommitEntry,
    payload: Uint8Array
  ): Promise<PreparedEntry> {
    // The row first: a document that is newer than it shows when the row is compared again.
    const docId = documentIdOf(commit.header.space, entry.path)
    const { space } = commit.header
    const before = this.#isNew(space, docId)
      ? undefined
      : this.#components.rows.inSpace({ space, path: entry.path, docId })
    const sawBefore = this.#sightOf(entry, before)
    const common = { entry, payload, before, sawBefore, docId, rivals: [] }
    if (entry.kind !== 'update') return { ...common, document: undefined, isValid: true }
    const { versions } = this.#components
    const document = before === undefined ? ContextDocument.empty(docId) : await versions.current(docId)
    const base = await this.#baseOf(docId, entry)
    if (base === undefined) return { ...common, document: undefined, isValid: false }
    const { author, incarnation, hlc } = commit.header
    const writer = { author, incarnation }
    try {
      const isValid = isAccepted(() => applyValidated(document, payload, { writer, clients: entry.clients, base, hlc }))
      return { ...common, document, isValid }
    } catch (error) {
      if (!hasErrorCode(error, 'DOCUMENT_CLOCK_TAKEN')) throw error
      const rivals = await this.#claims.rivals(docId, { id: commit.id, header: commit.header, entry })
      return { ...common, document: undefined, isValid: true, rivals }
    }
  }

  /** How far each Yjs client is written in what the author of the entry saw. */
  async #baseOf(docId: DocId, { deps }: CommitEntry): Promise<ReadonlyMap<number, number> | undefined> {
    if (deps.length === 0) return new Map()
    const { versions, log } = this.#components
    // What is underway concerns other contexts.
    if (deps.some((dep) => log.positionOf(dep) === undefined)) return undefined
    const entries = await versions.entriesOfHeads(docId, deps)
    return entries === undefined ? undefined : (await versions.document(docId, entries)).stateVector()
  }

  #sightOf(entry: CommitEntry, before: ReceivedEntry['before']): (other: CommitId) => boolean {
    if (before === undefined || before.heads.every((head) => entry.deps.includes(head))) return () => true
    const others = [...before.heads, ...before.hiddenBy.map(({ commit }) => commit)]
    const past = entryPast({ log: this.#components.log, path: entry.path, downTo: others }, entry.deps)
    return (other) => past.has(other)
  }
}

/** Where the first entry stands that is held is looked up when it comes to that. */
export const FROM_THE_FIRST_HELD = 0

/** Whether a settlement or a cut ends with this commit. Parents come first, so the chain to it is here with it. */
function mayEndChain(policy: PolicyView, header: CommitHeader, id: CommitId): boolean {
  if (!(policy instanceof PolicyState)) return true
  const { author, incarnation, space } = header
  return policy.namesEnd({ author, incarnation, space }, id)
}

interface PreparedEntry extends ReceivedEntry {
  readonly docId: DocId
  readonly isValid: boolean
  /** Those that have Yjs clocks which this one claims. Until it is judged again it is held because of them. */
  readonly rivals: readonly Rival[]
}

export function payloadHashesOf({ commit, payloads }: ReceivedCommit): ReadonlySet<PayloadHash> {
  return new Set(
    commit.entries.flatMap((entry, index) => {
      const payload = payloads[index]
      const isHere = entry.payloadHash !== undefined && payload !== undefined && isPayloadOf(entry, payload)
      return isHere ? [entry.payloadHash] : []
    })
  )
}

/** False for what no node accepts; a failure of this one is thrown on. */
export function isAccepted(apply: () => unknown): boolean {
  try {
    apply()
    return true
  } catch (error) {
    if (error instanceof HcfsError && error.code.startsWith('UPDATE_')) return false
    throw error
  }
}
