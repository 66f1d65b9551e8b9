import type { CommitId, DocId, PayloadHash } from '@hcfs/core'
import type { Commit, CommitHeader, CommitVerdict, EntryVerdict, PolicyView } from '@hcfs/crdt'
import { documentIdOf, judgeCommit } from '@hcfs/crdt'
import type { StoreKey, StoreReads } from '../storage/ordered-store.ts'
import type { CommitLog, LoggedCommit, LoggedEntry } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import { LastOwnEntries } from './last-own-entries.ts'
import { isLoggedUpdateValid } from './logged-update.ts'
import { keyOfChain } from './own-chain.ts'
import { payloadHashesOf } from './received-judge.ts'
import type { JudgedCommit } from './stored-past.ts'
import { StoredPast } from './stored-past.ts'
import { entryVerdicts, isVoid } from './void-record.ts'

export interface JudgeLogComponents {
  store: StoreReads
  log: CommitLog
  history: ContextHistory
  policy: PolicyView
}

/** Which commits have to be judged again; with them goes what depends on them. */
export interface JudgeScope {
  /** Where in the log the first of them stands. */
  readonly from: number
  /** By their keys. Left out: every chain. */
  readonly chains?: ReadonlySet<StoreKey>
}

/** A commit of which the log says something else now. */
export interface ChangedVerdict extends JudgedCommit {
  readonly id: CommitId
  readonly position: number
  /** The contexts of the entries that changed. */
  readonly documents: readonly DocId[]
}

/**
 * Judges again what is in the log.
 *
 * 1. In the order of the log, so that everything is judged after what it follows.
 * 2. A verdict that changes brings its chain and its contexts into the scope:
 *    all that can depend on it is in them.
 * 3. Says what changes, and stores nothing.
 */
export class JudgeLog {
  readonly #components: JudgeLogComponents

  constructor(components: JudgeLogComponents) {
    this.#components = components
  }

  async run({ from, chains }: JudgeScope): Promise<ChangedVerdict[]> {
    const changed = new Map<CommitId, ChangedVerdict>()
    const touchedChains = new Set(chains)
    const touchedDocuments = new Set<DocId>()
    for await (const logged of this.#components.log.commits({ after: Math.max(from - 1, 0) })) {
      const isTouched =
        chains === undefined ||
        touchedChains.has(keyOfChain(logged.signed.header)) ||
        (touchedDocuments.size > 0 && documentsOf(logged).some((docId) => touchedDocuments.has(docId)))
      const change = isTouched ? await this.#judge(logged, changed) : undefined
      if (change === undefined) continue
      changed.set(change.id, change)
      touchedChains.add(keyOfChain(change.header))
      for (const docId of change.documents) touchedDocuments.add(docId)
    }
    return [...changed.values()]
  }

  async #judge(logged: LoggedCommit, judged: ReadonlyMap<CommitId, JudgedCommit>): Promise<ChangedVerdict | undefined> {
    const { position, signed, entries } = logged
    const voids = new Map(entries.flatMap(({ index, voided }) => (voided === undefined ? [] : [[index, voided]])))
    const before = entryVerdicts(entries.length, voids)
    const verdict = await this.#verdictOf(logged, judged)
    // It was judged with all it needs; a policy that knows less than then decides nothing.
    if (verdict.verdict === 'park') return undefined
    const documents = documentsOf(logged).filter((_, index) => !isSame(before[index], verdict.entries[index]))
    if (documents.length === 0) return undefined
    const { id, header } = signed
    return { id, position, header, entries: entries.map(({ entry }) => entry), verdicts: verdict.entries, documents }
  }

  async #verdictOf(
    { signed, entries }: LoggedCommit,
    judged: ReadonlyMap<CommitId, JudgedCommit>
  ): Promise<CommitVerdict> {
    const { policy } = this.#components
    const commit = commitOf(signed, entries)
    const components = { ...this.#components, judged }
    const past = new StoredPast(components, {
      payloadHashes: hashesOf(commit, entries),
      lastOwn: await new LastOwnEntries(components).of(commit),
      isPayloadValid: (index) => this.#isPayloadValid(commit.header, entries[index])
    })
    // It waited until its time had come, so the clock is not asked again.
    return judgeCommit(commit, { past, policy, nowHlc: commit.header.hlc })
  }

  /** That of an entry which applied, or was refused, is known: it depends on nothing that changes. */
  #isPayloadValid(header: CommitHeader, logged: LoggedEntry | undefined): boolean {
    if (logged?.voided === undefined) return true
    if (logged.voided.reason === 'payload-invalid') return false
    return isLoggedUpdateValid(this.#components.log, header, logged)
  }
}

function commitOf(signed: LoggedCommit['signed'], entries: readonly LoggedEntry[]): Commit {
  return {
    ...signed,
    entries: entries.map(({ entry }) => entry),
    entryBytes: entries.map(({ entryBytes }) => entryBytes)
  }
}

function hashesOf(commit: Commit, entries: readonly LoggedEntry[]): ReadonlySet<PayloadHash> {
  return payloadHashesOf({ commit, payloads: entries.map(({ payload }) => payload) })
}

function documentsOf({ signed, entries }: LoggedCommit): DocId[] {
  return entries.map(({ entry }) => documentIdOf(signed.header.space, entry.path))
}

function isSame(left: EntryVerdict | undefined, right: EntryVerdict | undefined): boolean {
  if (!isVoid(left) || !isVoid(right)) return left?.verdict === right?.verdict
  return left.reason === right.reason && left.isFinal === right.isFinal && left.because === right.because
}
