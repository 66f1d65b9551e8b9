import type { CommitId, DocId, PayloadHash } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { Commit, CommitHeader, CommitVerdict, EntryVerdict, PolicyView } from '@hcfs/crdt'
import { documentIdOf, judgeCommit } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreReads } from '../storage/ordered-store.ts'
import { chainPositions } from './chain-positions.ts'
import { ClockClaims } from './clock-claims.ts'
import type { CommitLog, LoggedCommit, LoggedEntry } from './commit-log.ts'
import type { ContextHistory, IndexedEntry } from './context-history.ts'
import { LastOwnEntries } from './last-own-entries.ts'
import { isLoggedUpdateValid } from './logged-update.ts'
import { keyOfChain } from './own-chain.ts'
import { PositionQueue } from './position-queue.ts'
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
  /** What the log said of its entries. */
  readonly before: readonly EntryVerdict[]
  /** The contexts of the entries that changed. */
  readonly documents: readonly DocId[]
}

export interface JudgedLog {
  readonly changed: readonly ChangedVerdict[]
  /** Documents of which two entries were found to claim the same Yjs clocks. */
  readonly claimed: readonly DocId[]
}

/**
 * Judges again what is in the log.
 *
 * 1. In the order of the log, so that everything is judged after what it follows.
 * 2. A verdict that changes brings its chain and its contexts into the scope: all
 *    that can depend on it is in them. Nothing else is read, so a fork costs what
 *    its author and those who wrote upon it have written, however long the log.
 * 3. Where clocks are claimed twice, a later commit may decide for an earlier one; it
 *    is gone through again until nothing changes. What is dated first decides, so it ends.
 * 4. Says what changes, and stores nothing.
 */
export class JudgeLog {
  readonly #components: JudgeLogComponents
  readonly #claims: ClockClaims
  readonly #changed = new Map<CommitId, ChangedVerdict>()
  readonly #chains = new Set<StoreKey>()
  readonly #documents = new Set<DocId>()
  readonly #claimed = new Set<DocId>()

  /** For one run. */
  constructor(components: JudgeLogComponents) {
    this.#components = components
    this.#claims = new ClockClaims(components)
  }

  async run(scope: JudgeScope): Promise<JudgedLog> {
    for (const chain of scope.chains ?? []) this.#chains.add(chain)
    while ((await this.#pass(scope)) && this.#touchesClaimed());
    return { changed: [...this.#changed.values()], claimed: [...this.#claimed] }
  }

  /** True when a verdict is another than before. */
  async #pass({ from, chains }: JudgeScope): Promise<boolean> {
    let hasChanged = false
    if (chains === undefined) {
      for await (const logged of this.#components.log.commits({ after: Math.max(from - 1, 0) })) {
        if ((await this.#judge(logged)) !== undefined) hasChanged = true
      }
      return hasChanged
    }
    const queue = new PositionQueue()
    for (const chain of this.#chains) this.#addChain(queue, chain, from)
    for (const docId of this.#documents) await this.#addDocument(queue, docId, 0)
    for (let position = queue.take(); position !== undefined; position = queue.take()) {
      for await (const logged of this.#components.log.commits({ after: position - 1, upTo: position })) {
        const change = await this.#judge(logged)
        if (change === undefined) continue
        hasChanged = true
        await this.#spread(queue, change)
      }
    }
    return hasChanged
  }

  async #spread(queue: PositionQueue, { header, position, documents }: ChangedVerdict): Promise<void> {
    const chain = keyOfChain(header)
    if (!this.#chains.has(chain)) {
      this.#chains.add(chain)
      this.#addChain(queue, chain, position + 1)
    }
    for (const docId of documents) {
      if (this.#documents.has(docId)) continue
      this.#documents.add(docId)
      await this.#addDocument(queue, docId, position + 1)
    }
  }

  #addChain(queue: PositionQueue, chain: StoreKey, from: number): void {
    for (const position of chainPositions(this.#components, keys.parseChainKey(chain), from)) queue.add(position)
  }

  async #addDocument(queue: PositionQueue, docId: DocId, from: number): Promise<void> {
    const range = from === 0 ? {} : { after: { position: from - 1, index: FORMAT_LIMITS.commitEntriesMax - 1 } }
    for await (const { position } of this.#components.history.allRows(docId, range)) queue.add(position)
  }

  #touchesClaimed(): boolean {
    for (const docId of this.#documents) if (this.#isClaimed(docId)) return true
    return false
  }

  #isClaimed(docId: DocId): boolean {
    if (this.#claimed.has(docId)) return true
    return this.#components.store.getTextSync(keys.claimedDocument(docId)) !== undefined
  }

  /** `undefined` when the verdict stands. */
  async #judge(logged: LoggedCommit): Promise<ChangedVerdict | undefined> {
    const { position, signed, entries } = logged
    const { id, header } = signed
    const voids = new Map(entries.flatMap(({ index, voided }) => (voided === undefined ? [] : [[index, voided]])))
    const before = entryVerdicts(entries.length, voids)
    const known = this.#changed.get(id)
    const last = known?.verdicts ?? before
    const verdict = await this.#verdictOf(logged, last)
    // It was judged with all it needs; a policy that knows less than then decides nothing.
    if (verdict.verdict === 'park') return undefined
    const documents = documentsOf(logged).filter((_, index) => !isSame(last[index], verdict.entries[index]))
    if (documents.length === 0) return undefined
    const change: ChangedVerdict = {
      id,
      position,
      header,
      entries: entries.map(({ entry }) => entry),
      verdicts: verdict.entries,
      before,
      documents: [...new Set([...(known?.documents ?? []), ...documents])]
    }
    this.#changed.set(id, change)
    // In a pass over everything nothing is looked up by them but whether there has to be another.
    for (const docId of documents) if (this.#isClaimed(docId)) this.#documents.add(docId)
    return change
  }

  async #verdictOf(logged: LoggedCommit, last: readonly EntryVerdict[]): Promise<CommitVerdict> {
    const { signed, entries } = logged
    const { policy } = this.#components
    const commit = commitOf(signed, entries)
    const components = { ...this.#components, judged: this.#changed }
    const past = new StoredPast(components, {
      payloadHashes: hashesOf(commit, entries),
      lastOwn: await new LastOwnEntries(components).of(commit),
      isPayloadValid: (index) => this.#isPayloadValid(commit.header, entries[index]),
      rivals: await this.#rivalsOf(logged, last)
    })
    // It waited until its time had come, so the clock is not asked again.
    return judgeCommit(commit, { past, policy, nowHlc: commit.header.hlc })
  }

  /** What applies has its clocks, unless somebody is known to claim them; what is to apply from now on has to be looked at. */
  async #rivalsOf(logged: LoggedCommit, last: readonly EntryVerdict[]): Promise<Map<number, CommitId>> {
    const { signed, entries } = logged
    const found = new Map<number, CommitId>()
    for (const [index, docId] of documentsOf(logged).entries()) {
      const { entry } = entries[index]!
      if (!isVoid(last[index]) && !this.#isClaimed(docId)) continue
      const { id, header } = signed
      const rivals = await this.#claims.rivals(docId, { id, header, entry }, (row) => this.#applies(row))
      if (rivals.length > 0) this.#claimed.add(docId)
      const first = rivals.find(({ isFirst }) => isFirst)
      if (first !== undefined) found.set(index, first.id)
    }
    return found
  }

  #applies({ commit, index, voided }: IndexedEntry): boolean {
    const judged = this.#changed.get(commit)
    return judged === undefined ? voided === undefined : !isVoid(judged.verdicts[index])
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
