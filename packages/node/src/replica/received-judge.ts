import type { Clock, CommitId, ContextPath, PayloadHash } from '@hcfs/core'
import { HcfsError, hasErrorCode, hybridTime } from '@hcfs/core'
import type { CommitEntry, CommitVerdict, PolicyView } from '@hcfs/crdt'
import { applyValidated, ContextDocument, documentIdOf, isPayloadOf, judgeCommit } from '@hcfs/crdt'
import type { StoreReads } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import type { ReceivedCommit, ReceivedEntry, ReceiveRequest } from './received-commit.ts'
import type { RowStore } from './row-store.ts'
import { entryPast, StoredPast } from './stored-past.ts'
import type { VersionReader } from './version-reader.ts'

export interface ReceivedJudgeComponents {
  store: StoreReads
  log: CommitLog
  history: ContextHistory
  rows: RowStore
  versions: VersionReader
  clock: Pick<Clock, 'now'>
  policy: PolicyView
}

export interface Judged {
  readonly verdict: CommitVerdict
  /** Present when all of the commit applies. */
  readonly request?: ReceiveRequest
}

const MICROSECONDS_PER_MS = 1_000

/** Judges commits of others against what this node has stored, and prepares what they make of their contexts. */
export class ReceivedJudge {
  readonly #components: ReceivedJudgeComponents

  constructor(components: ReceivedJudgeComponents) {
    this.#components = components
  }

  async judge(received: ReceivedCommit): Promise<Judged> {
    const { commit } = received
    const { clock, policy } = this.#components
    const isParented = this.#hasParents(received)
    const entries = isParented ? await this.#prepare(received) : []
    const past = new StoredPast(this.#components, {
      payloadHashes: payloadHashesOf(received),
      lastOwn: isParented ? await this.#lastOwnEntries(received) : new Map(),
      isPayloadValid: (index) => entries[index]?.isValid === true
    })
    const verdict = judgeCommit(commit, {
      past,
      policy,
      nowHlc: hybridTime(Math.floor(clock.now() * MICROSECONDS_PER_MS))
    })
    if (verdict.verdict !== 'apply' || verdict.entries.some((entry) => entry.verdict === 'void')) return { verdict }
    return { verdict, request: { paths: commit.entries.map(({ path }) => path), received, entries } }
  }

  /** Without them the commit is parked, and there is nothing to prepare. */
  #hasParents({ commit: { header, entries } }: ReceivedCommit): boolean {
    const parents = [...(header.prev === undefined ? [] : [header.prev]), ...entries.flatMap(({ deps }) => deps)]
    return parents.every((id) => this.#components.log.positionOf(id) !== undefined)
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
    const before = this.#components.rows.any(entry.path)
    const sawBefore = this.#sightOf(entry, before)
    const common = { entry, payload, before, sawBefore }
    if (entry.kind !== 'update') return { ...common, document: undefined, isValid: true }
    const docId = documentIdOf(commit.header.space, entry.path)
    const { versions } = this.#components
    const document = before === undefined ? ContextDocument.empty(docId) : await versions.current(docId)
    const base = await this.#baseOf(docId, entry)
    if (base === undefined) return { ...common, document: undefined, isValid: false }
    const { author, incarnation, hlc } = commit.header
    const isValid = isAccepted(() =>
      applyValidated(document, payload, { writer: { author, incarnation }, clients: entry.clients, base, hlc })
    )
    return { ...common, document, isValid }
  }

  /** How far each Yjs client is written in what the author of the entry saw. */
  async #baseOf(
    docId: ReturnType<typeof documentIdOf>,
    { deps }: CommitEntry
  ): Promise<ReadonlyMap<number, number> | undefined> {
    if (deps.length === 0) return new Map()
    const { versions } = this.#components
    const entries = await versions.entriesOfHeads(docId, deps)
    return entries === undefined ? undefined : (await versions.document(docId, entries)).stateVector()
  }

  #sightOf(entry: CommitEntry, before: ReceivedEntry['before']): (other: CommitId) => boolean {
    if (before === undefined || before.heads.every((head) => entry.deps.includes(head))) return () => true
    const others = [...before.heads, ...before.hiddenBy.map(({ commit }) => commit)]
    const past = entryPast({ log: this.#components.log, path: entry.path, downTo: others }, entry.deps)
    return (other) => past.has(other)
  }

  async #lastOwnEntries({ commit: { header, entries } }: ReceivedCommit): Promise<Map<ContextPath, CommitId>> {
    const { history, log } = this.#components
    const found = new Map<ContextPath, CommitId>()
    for (const { path } of entries) {
      for await (const row of history.rows(documentIdOf(header.space, path), { newestFirst: true })) {
        const other = log.header(row.position).header
        const isOwn = other.author === header.author && other.incarnation === header.incarnation
        if (!isOwn || other.seq >= header.seq) continue
        found.set(path, row.commit)
        break
      }
    }
    return found
  }
}

interface PreparedEntry extends ReceivedEntry {
  readonly isValid: boolean
}

function payloadHashesOf({ commit, payloads }: ReceivedCommit): ReadonlySet<PayloadHash> {
  return new Set(
    commit.entries.flatMap((entry, index) => {
      const payload = payloads[index]
      const isHere = entry.payloadHash !== undefined && payload !== undefined && isPayloadOf(entry, payload)
      return isHere ? [entry.payloadHash] : []
    })
  )
}

/** False for what no node accepts; a failure of this one is thrown on. */
function isAccepted(apply: () => unknown): boolean {
  try {
    apply()
    return true
  } catch (error) {
    const isRefusal = error instanceof HcfsError && error.code.startsWith('UPDATE_')
    if (isRefusal || hasErrorCode(error, 'DOCUMENT_CLOCK_TAKEN')) return false
    throw error
  }
}
