import type { ContextPath, DocId } from '@hcfs/core'
import { encodeCbor, isPathPrefix, parentPath, docId as parseDocId, ROOT_PATH } from '@hcfs/core'
import type { ContextDocument, EntryVoid, SignedHeader } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import { NO_CHECKPOINT } from '../replica/checkpoint-due.ts'
import type { LogPlace } from '../replica/commit-log.ts'
import type { IndexedEntry } from '../replica/context-history.ts'
import type { ContextStep, EntryToReplay } from '../replica/context-replay.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { decodeRow, encodeRow } from '../replica/context-row.ts'
import { elementOf, expiryOperations } from '../replica/row-updater.ts'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreOperation } from '../storage/ordered-store.ts'
import type { Pace } from './pace.ts'
import type { ProblemList } from './problem-list.ts'
import type { VerifiedState } from './verified-state.ts'
import { readable } from './verified-state.ts'

export interface ContextCheckOptions {
  readonly under: ContextPath
  readonly unindexed: ReadonlyMap<DocId, readonly LogPlace[]>
  readonly signal: AbortSignal | undefined
  readonly onChecked: () => void
}

export interface ContextFindings {
  readonly shown: number
  readonly hidden: number
}

interface StoredRow {
  readonly key: StoreKey
  /** Absent when the record is damaged. */
  readonly row: ContextRow | undefined
}

interface ReadEntry extends EntryToReplay {
  /** Absent when it applies. */
  readonly voided?: EntryVoid
}

interface VoidContext {
  readonly path: ContextPath
  readonly space: ContextPath
  readonly entries: readonly ReadEntry[]
}

const DOC_ID_LENGTH = 64

/** Rebuilds every context from the commits, one at a time, and compares what is stored of it. */
export class ContextCheck {
  readonly #state: VerifiedState
  readonly #problems: ProblemList
  readonly #pace: Pace
  /** Contexts of which no entry can be read, so not even their path is known from the log. */
  readonly #nameless = new Set<DocId>()
  #shown = 0
  #hidden = 0

  constructor(state: VerifiedState, problems: ProblemList, pace: Pace) {
    this.#state = state
    this.#problems = problems
    this.#pace = pace
  }

  async run(options: ContextCheckOptions): Promise<ContextFindings> {
    const unindexed = new Map(options.unindexed)
    for await (const [docId, places] of this.#indexedPlaces(options.signal)) {
      await this.#check(docId, [...places, ...(unindexed.get(docId) ?? [])], options)
      unindexed.delete(docId)
    }
    for (const [docId, places] of unindexed) await this.#check(docId, places, options)
    if (this.#nameless.size > 0) await this.#countNameless(options)
    return { shown: this.#shown, hidden: this.#hidden }
  }

  async *#indexedPlaces(signal: AbortSignal | undefined): AsyncGenerator<[DocId, LogPlace[]]> {
    const range = keys.family('history')
    const start = range.gte?.length ?? 0
    let open: [DocId, LogPlace[]] | undefined
    for await (const chunk of this.#state.reads.scanKeys({ ...range, ...(signal && { signal }) })) {
      for (const key of chunk) {
        const docId = parseDocId(key.slice(start, start + DOC_ID_LENGTH))
        if (open?.[0] !== docId) {
          if (open !== undefined) yield open
          open = [docId, []]
        }
        open[1].push(keys.parseHistoryKey(key))
      }
    }
    if (open !== undefined) yield open
  }

  async #check(docId: DocId, places: readonly LogPlace[], options: ContextCheckOptions): Promise<void> {
    const entries: ReadEntry[] = []
    let isWhole = true
    for (const place of inOrder(places)) {
      const found = this.#read(docId, place)
      if (found !== undefined) entries.push(found)
      else if (this.#isLost(place)) isWhole = false
      else await this.#dropIndexRow(docId, place)
      await this.#pace.step(options.signal)
    }
    const path = entries[0]?.entry.path
    if (path === undefined && !isWhole) this.#nameless.add(docId)
    if (path === undefined || !isPathPrefix(options.under, path)) return
    const space = entries[0]!.signed.header.space
    if (isWhole && entries.every(({ voided }) => voided !== undefined)) {
      return this.#checkVoid(docId, { path, space, entries })
    }
    const row = isWhole ? await this.#compare(docId, entries, options) : undefined
    this.#count(docId, space, row ?? this.#storedRows({ path, docId })[0]?.row)
    if (row === undefined) await this.#problems.add({ kind: 'content-differs', where: path })
    options.onChecked()
  }

  /** Nothing of it has any effect, so nothing is to be stored of it but its places. */
  async #checkVoid(docId: DocId, { path, space, entries }: VoidContext): Promise<void> {
    this.#state.fingerprints.of(space).see(docId)
    for (const entry of entries) await this.#compareVoid(docId, entry)
    for (const key of await this.#checkpointKeys(docId)) await this.#dropCheckpoint(key)
    for (const { key } of this.#storedRows({ path, docId })) {
      await this.#problems.add({ kind: 'content-differs', where: path, repair: [{ type: 'del', key }] })
    }
  }

  async #compareVoid(docId: DocId, { place, signed, entry, voided }: ReadEntry): Promise<void> {
    const { hlc } = signed.header
    const row = { ...place, commit: signed.id, kind: entry.kind, hlc, coversAllBefore: false }
    await this.#compareHistory(docId, { ...row, voided: voided?.isFinal === true ? 'final' : 'held' })
  }

  #read(docId: DocId, place: LogPlace): ReadEntry | undefined {
    const { log } = this.#state
    const signed = readable((): SignedHeader => log.header(place.position))
    if (signed === undefined || place.index >= signed.header.entryCount) return undefined
    const logged = readable(() => log.entry(place))
    if (logged === undefined || documentIdOf(signed.header.space, logged.entry.path) !== docId) return undefined
    const voided = readable(() => log.voidsAt(place.position))?.get(place.index)
    return { place, signed, entry: logged.entry, payload: logged.payload, ...(voided && { voided }) }
  }

  /** Whether the log had something there that can no longer be read. Otherwise it is the index that is wrong. */
  #isLost(place: LogPlace): boolean {
    const { log } = this.#state
    if (this.#problems.isDamaged(keys.logHeader(place.position))) return true
    const signed = readable(() => log.header(place.position))
    if (signed === undefined || place.index >= signed.header.entryCount) return false
    return readable(() => log.entry(place)) === undefined
  }

  async #dropIndexRow(docId: DocId, place: LogPlace): Promise<void> {
    const key = keys.history(docId, place)
    await this.#problems.add({ kind: 'index-differs', where: key, repair: [{ type: 'del', key }] })
  }

  /** The row that follows from the entries; `undefined` when they cannot be replayed. */
  async #compare(
    docId: DocId,
    entries: readonly ReadEntry[],
    { signal }: ContextCheckOptions
  ): Promise<ContextRow | undefined> {
    const replay = this.#state.replayOf(docId)
    const checkpoints = await this.#checkpointKeys(docId)
    for (const entry of entries) {
      if (entry.voided !== undefined) {
        await this.#compareVoid(docId, entry)
        continue
      }
      const step = attempt(() => replay.apply(entry))
      if (step === undefined) return undefined
      await this.#compareHistory(docId, step.historyRow)
      const key = keys.checkpoint(docId, entry.place)
      if (checkpoints.delete(key)) await this.#compareCheckpoint(docId, { key, place: entry.place }, step)
      await this.#pace.step(signal)
    }
    for (const key of checkpoints) await this.#dropCheckpoint(key)
    if (replay.row !== undefined) await this.#compareRow(replay.row)
    return replay.row
  }

  async #compareHistory(docId: DocId, historyRow: IndexedEntry): Promise<void> {
    const operation = this.#state.history.append(docId, historyRow)
    const stored = readable(() => this.#state.reads.getTextSync(operation.key))
    if (operation.type === 'put' && stored === operation.value) return
    await this.#problems.add({ kind: 'index-differs', where: operation.key, repair: [operation] })
  }

  async #checkpointKeys(docId: DocId): Promise<Set<StoreKey>> {
    const found = new Set<StoreKey>()
    for await (const chunk of this.#state.reads.scanKeys(keys.checkpointRange(docId))) {
      for (const key of chunk) found.add(key)
    }
    return found
  }

  async #compareCheckpoint(
    docId: DocId,
    { key, place }: { key: StoreKey; place: LogPlace },
    { document }: ContextStep
  ): Promise<void> {
    const stored = readable(() => attempt(() => this.#state.checkpointAt(docId, place)))
    if (stored !== undefined && isSameDocument(stored, document)) return
    await this.#dropCheckpoint(key)
  }

  /** A checkpoint only saves time, so a wrong one is not replaced. */
  async #dropCheckpoint(key: StoreKey): Promise<void> {
    await this.#problems.add({ kind: 'index-differs', where: key, repair: [{ type: 'del', key }] })
  }

  async #compareRow(row: ContextRow): Promise<void> {
    const wanted = this.#state.places.keyOf(row)
    const stored = this.#storedRows(row)
    const [found] = stored
    const isRight = stored.length === 1 && found?.key === wanted && isSameRow(found.row, row)
    const repair: StoreOperation[] = [{ type: 'put', key: wanted, value: encodeRow(row) }]
    for (const { key } of stored) if (key !== wanted) repair.push({ type: 'del', key })
    const kind = found?.row?.heads.join() === row.heads.join() ? 'content-differs' : 'heads-differ'
    if (!isRight) await this.#problems.add({ kind, where: row.path, repair })
    await this.#compareExpiry(row)
  }

  async #compareExpiry(row: ContextRow): Promise<void> {
    for (const operation of expiryOperations(undefined, row, this.#state.places)) {
      if (readable(() => this.#state.reads.getTextSync(operation.key)) !== undefined) continue
      await this.#problems.add({ kind: 'index-differs', where: operation.key, repair: [operation] })
    }
  }

  /** What is stored where the row of a context can lie. A damaged record at its path may be that of another space. */
  #storedRows(context: Pick<ContextRow, 'path' | 'docId'>): StoredRow[] {
    return this.#state.places.keysFor(context).flatMap((key): StoredRow[] => {
      const text = readable(() => this.#state.reads.getTextSync(key))
      if (text === undefined) return this.#problems.isDamaged(key) ? [{ key, row: undefined }] : []
      const row = decodeRow(text)
      return row.docId === context.docId ? [{ key, row }] : []
    })
  }

  /** Their rows, where they are sound, are all that is left of them. */
  async #countNameless({ under, signal }: ContextCheckOptions): Promise<void> {
    for (const family of ['context', 'hidden', 'stray'] as const) {
      const range = { ...keys.family(family), ...(signal && { signal }) }
      for await (const chunk of this.#state.reads.scanKeys(range)) {
        for (const key of chunk) await this.#countIfNameless(key, under)
      }
    }
    // Of which space they were cannot be read either.
    for (const docId of this.#nameless) this.#count(docId, ROOT_PATH, undefined)
  }

  async #countIfNameless(key: StoreKey, under: ContextPath): Promise<void> {
    const text = readable(() => this.#state.reads.getTextSync(key))
    const row = text === undefined ? undefined : decodeRow(text)
    if (row === undefined || !this.#nameless.delete(row.docId) || !isPathPrefix(under, row.path)) return
    this.#count(row.docId, spaceOfRow(row), row)
    await this.#problems.add({ kind: 'content-differs', where: row.path })
  }

  #count(docId: DocId, space: ContextPath, row: ContextRow | undefined): void {
    const fingerprints = this.#state.fingerprints.of(space)
    // Nothing of it can be read. A write there must fail on it, and not found the context anew.
    if (row === undefined) {
      fingerprints.see(docId)
      return
    }
    fingerprints.add(elementOf(row))
    if (this.#state.places.isListed(row)) this.#shown += 1
    else this.#hidden += 1
  }
}

/** The space under which the path has its id. */
function spaceOfRow({ docId, path }: ContextRow): ContextPath {
  for (let space: ContextPath | undefined = path; space !== undefined; space = parentPath(space)) {
    if (documentIdOf(space, path) === docId) return space
  }
  return ROOT_PATH
}

function inOrder(places: readonly LogPlace[]): LogPlace[] {
  const byKey = new Map(places.map((place) => [keys.logEntry(place.position, place.index), place]))
  return [...byKey.values()].sort((a, b) => a.position - b.position || a.index - b.index)
}

/** Bytes that were damaged under a right checksum make Yjs throw whatever it likes. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function isSameDocument(left: ContextDocument, right: ContextDocument): boolean {
  return textOf(left) === textOf(right)
}

function textOf(document: ContextDocument): string {
  return JSON.stringify([document.content, [...document.stateVector()].sort(([a], [b]) => a - b)])
}

/** When the next checkpoint is due says nothing of the context. */
function isSameRow(left: ContextRow | undefined, right: ContextRow): boolean {
  return left !== undefined && comparable(left).equals(comparable(right))
}

function comparable(row: ContextRow): Buffer {
  const plain = JSON.parse(JSON.stringify({ ...row, sinceCheckpoint: NO_CHECKPOINT }))
  return Buffer.from(encodeCbor(plain))
}
