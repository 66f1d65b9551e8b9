import type {
  BatchItem,
  BatchOptions,
  BatchReceipt,
  CallOptions,
  Clock,
  ContentDiff,
  Context,
  ContextParts,
  ContextPath,
  ContextStatus,
  ContextsApi,
  DraftOperation,
  EditOptions,
  EffectiveContext,
  HistoryEntry,
  HistoryOptions,
  JsonObject,
  ListEntry,
  ListOptions,
  MergeReport,
  PutOptions,
  ReadOptions,
  Receipt,
  ReceiptData,
  ResolveOptions,
  SubtreeOptions,
  SubtreeReceipt,
  TrashEntry,
  Version,
  WatchedChange,
  WatchOptions,
  WriteOptions
} from '@hcfs/core'
import { Draft, HcfsError, isPathPrefix, parsePath } from '@hcfs/core'
import { diffContents, operationsForPut } from '@hcfs/crdt'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { Replica, Written } from '../replica/replica.ts'
import type { CachedRow } from '../replica/row-store.ts'
import { BatchWriter } from './batch-writer.ts'
import { contextOf, contextStatusOf, sharedContextOf } from './context-views.ts'
import type { EffectiveAnswers } from './effective-answers.ts'
import type { HistoryReader } from './history-reader.ts'
import type { Listing } from './listing.ts'
import { contextNotFound } from './not-found.ts'
import type { CopiesSource } from './receipts.ts'
import { receiptOf, tokenOf } from './receipts.ts'
import type { SubtreeJob } from './subtree-job.ts'
import type { SubtreeWriter } from './subtree-writer.ts'
import { assertApart, movedPath } from './subtree-writer.ts'
import type { TokenWaiter } from './token-waiter.ts'
import type { UpdateIntent, UpdateWriter } from './update-writer.ts'
import { waitingBytes } from './waiting-bytes.ts'
import type { Watching } from './watching.ts'
import type { Attribution } from './write-input.ts'
import { assertPreconditions, attributionOf } from './write-input.ts'

/** Resolves when a batch of so many items may be written; nothing where that is at once. */
export type BatchPace = (itemCount: number, signal: AbortSignal | undefined) => Promise<void> | undefined

export interface ContextsComponents {
  replica: Replica
  clock: Pick<Clock, 'now'>
  updates: UpdateWriter
  subtrees: SubtreeWriter
  listing: Listing
  histories: HistoryReader
  watching: Watching
  effective: EffectiveAnswers
  tokens: TokenWaiter
  /** The name of this node in receipts. */
  nodeName: string
  /** Who knows the copies of a commit; absent for a node that talks to nobody. */
  copies?: CopiesSource
}

/** The life of contexts on this node: parses what callers say, and hands it to the room that does it. */
export class Contexts implements ContextsApi {
  readonly #components: ContextsComponents
  readonly #batches: BatchWriter
  #pace: BatchPace = () => undefined

  constructor(components: ContextsComponents) {
    this.#components = components
    this.#batches = new BatchWriter({
      updates: components.updates,
      receipt: (path, written) => this.#receiptData(path, written)
    })
  }

  async put(path: string, parts: ContextParts, options: PutOptions = {}): Promise<Receipt> {
    const { base, replace, signal } = options
    return this.#update(
      {
        ...intentOf(path, options),
        bytes: waitingBytes(parts),
        ...(base !== undefined && { base }),
        operations: ({ content, isShown }) =>
          operationsForPut(content, parts, { replace: replace === true || !isShown })
      },
      signal
    )
  }

  async edit(path: string, change: (draft: Draft) => void, options: EditOptions = {}): Promise<Receipt> {
    const intent = intentOf(path, options)
    return this.#update(
      {
        ...intent,
        ...(options.base !== undefined && { base: options.base }),
        // Run when the commit is made, on what is stored then: nothing comes in between.
        operations: ({ content, isShown }) => {
          if (!isShown) throw contextNotFound(intent.path)
          const draft = new Draft(content)
          change(draft)
          return draft.operations
        }
      },
      options.signal
    )
  }

  /** An edit that was recorded elsewhere, against the version that was read there. */
  async editRecorded(path: string, operations: readonly DraftOperation[], options: EditOptions = {}): Promise<Receipt> {
    const intent = intentOf(path, options)
    return this.#update(
      {
        ...intent,
        bytes: waitingBytes(operations),
        ...(options.base !== undefined && { base: options.base }),
        operations: ({ isShown }) => {
          if (!isShown) throw contextNotFound(intent.path)
          return operations
        }
      },
      options.signal
    )
  }

  async get<Fields extends JsonObject = JsonObject>(path: string, options?: ReadOptions): Promise<Context<Fields>> {
    if (options !== undefined) return this.#getPast<Fields>(path, options)
    return sharedContextOf(this.#shownRow(parsePath(path))) as Context<Fields>
  }

  async resolve<Fields extends JsonObject = JsonObject>(
    path: string,
    options?: ResolveOptions
  ): Promise<EffectiveContext<Fields>> {
    const { replica, effective } = this.#components
    if (options === undefined) {
      replica.assertStarted()
      return effective.resolve(parsePath(path)) as EffectiveContext<Fields>
    }
    return this.#resolveAs<Fields>(parsePath(path), options)
  }

  async status(path: string): Promise<ContextStatus> {
    const { replica, clock } = this.#components
    replica.assertStarted()
    return contextStatusOf(this.#anyRow(parsePath(path)), clock.now())
  }

  list(path: string, options: ListOptions = {}): AsyncIterable<ListEntry> {
    const { listing, tokens } = this.#components
    const prefix = parsePath(path)
    return tokens.afterwards(options, () => listing.list(prefix, options))
  }

  async *history(path: string, options: HistoryOptions = {}): AsyncGenerator<HistoryEntry> {
    yield* this.#components.histories.history(this.#anyRow(parsePath(path)), options)
  }

  async diff(path: string, from: Version | Date, to?: Version | Date): Promise<ContentDiff> {
    const row = this.#anyRow(parsePath(path))
    const { histories } = this.#components
    const before = await histories.at(row, from)
    const after = to === undefined ? row : await histories.at(row, to)
    return diffContents(before.content, after.content)
  }

  async restore(path: string, version: Version | Date, options: WriteOptions = {}): Promise<Receipt> {
    const row = this.#anyRow(parsePath(path))
    const past = await this.#components.histories.at(row, version, options.signal)
    return this.#update(
      {
        ...intentOf(path, options),
        bytes: waitingBytes(past.content),
        operations: ({ content }) => operationsForPut(content, past.content, { replace: true })
      },
      options.signal
    )
  }

  async remove(path: string, options: SubtreeOptions = {}): Promise<SubtreeReceipt> {
    const from = parsePath(path)
    const targets = (await this.#targets(from, options)).map((row) => ({ row }))
    return this.#subtree({ action: 'remove', from, targets }, options)
  }

  async undelete(path: string, options: SubtreeOptions = {}): Promise<SubtreeReceipt> {
    const from = parsePath(path)
    const rows: ContextRow[] = []
    for await (const row of this.#components.listing.trashed(from, options.signal)) {
      if (row.path === from || options.recursive === true) rows.push(row)
    }
    if (rows.length === 0) throw contextNotFound(from)
    return this.#subtree({ action: 'undelete', from, targets: rows.map((row) => ({ row })) }, options)
  }

  trash(path = '/', { signal }: CallOptions = {}): AsyncIterable<TrashEntry> {
    return this.#components.listing.trash(parsePath(path), signal)
  }

  async move(from: string, to: string, options: SubtreeOptions = {}): Promise<SubtreeReceipt> {
    return this.#transfer('move', { from: parsePath(from), to: parsePath(to), options })
  }

  async copy(from: string, to: string, options: SubtreeOptions = {}): Promise<SubtreeReceipt> {
    return this.#transfer('copy', { from: parsePath(from), to: parsePath(to), options })
  }

  /** From now on each batch waits for this before it is written. */
  paceBatches(pace: BatchPace): void {
    this.#pace = pace
  }

  async batch(items: readonly BatchItem[], options: BatchOptions = {}): Promise<BatchReceipt> {
    const pause = this.#pace(items.length, options.signal)
    if (pause !== undefined) await pause
    const results = await this.#batches.write(items, options)
    return { items: results, token: this.#components.tokens.merged(results) }
  }

  watch(path: string, { effective, ...options }: WatchOptions = {}): AsyncIterable<WatchedChange> {
    const { watching, effective: answers } = this.#components
    return (effective === true ? answers : watching).watch(parsePath(path), options)
  }

  /** A watch from there sees what is committed from now on. */
  feedPosition(): number {
    return this.#components.watching.feedPosition
  }

  async #resolveAs<Fields extends JsonObject>(
    path: ContextPath,
    { blame, top, after, timeoutMs, signal }: ResolveOptions
  ): Promise<EffectiveContext<Fields>> {
    const { replica, effective, tokens } = this.#components
    const ended = signal && { signal }
    if (after !== undefined) await tokens.reached(after, { ...(timeoutMs !== undefined && { timeoutMs }), ...ended })
    replica.assertStarted()
    const scope = { ...(top !== undefined && { top: topAbove(path, top) }) }
    const answer =
      blame === 'keys' ? effective.resolveKeys(path, { ...scope, ...ended }) : effective.resolve(path, scope)
    return (await answer) as EffectiveContext<Fields>
  }

  async #getPast<Fields extends JsonObject>(
    path: string,
    { at, after, timeoutMs, signal }: ReadOptions
  ): Promise<Context<Fields>> {
    const { tokens, histories } = this.#components
    const parsed = parsePath(path)
    if (after !== undefined)
      await tokens.reached(after, { ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) })
    if (at === undefined) return sharedContextOf(this.#shownRow(parsed)) as Context<Fields>
    const row = this.#anyRow(parsed)
    const { content, heads, newest, isHidden } = await histories.at(row, at, signal)
    // Reads hid it from its time on, also before an entry said so.
    const hadExpired = at instanceof Date && isExpired(content, at.getTime())
    if (isHidden || hadExpired) throw contextNotFound(parsed)
    const { author, by } = histories.changeOf(newest, parsed)
    const { by: _, ...rest } = row
    return contextOf({ ...rest, content, heads, hlc: newest.hlc, author, ...(by && { by }) }) as Context<Fields>
  }

  async #update(intent: UpdateIntent, signal: AbortSignal | undefined): Promise<Receipt> {
    const { written, row, merged } = await this.#components.updates.write(intent, signal)
    return this.#receipt(this.#receiptData(intent.path, written, { row, merged }))
  }

  async #transfer(
    action: 'move' | 'copy',
    { from, to, options }: { from: ContextPath; to: ContextPath; options: SubtreeOptions }
  ): Promise<SubtreeReceipt> {
    assertApart(from, to)
    const rows = await this.#targets(from, options)
    const targets = rows.map((row) => ({ row, to: movedPath(row.path, from, to) }))
    return this.#subtree({ action, from, to, targets }, options)
  }

  /** The context itself, or with `recursive` all that is shown below it. */
  async #targets(path: ContextPath, { recursive, signal, ...conditions }: SubtreeOptions): Promise<ContextRow[]> {
    const own = this.#components.replica.rows.shown(path)
    const shown = own !== undefined && this.#isVisible(own) ? own : undefined
    assertPreconditions(path, shown, conditions)
    if (recursive !== true) {
      if (shown === undefined) throw contextNotFound(path)
      return [shown]
    }
    const rows: ContextRow[] = []
    for await (const row of this.#components.listing.subtree(path, signal)) rows.push(row)
    if (rows.length === 0) throw contextNotFound(path)
    return rows
  }

  async #subtree(
    job: Omit<SubtreeJob, keyof Attribution | 'onProgress' | 'signal'>,
    options: SubtreeOptions
  ): Promise<SubtreeReceipt> {
    const { onProgress, signal } = options
    const written = await this.#components.subtrees.write({
      ...job,
      ...attributionOf(options),
      ...(onProgress && { onProgress }),
      ...(signal && { signal })
    })
    const receipt = this.#receipt(this.#receiptData(job.to ?? job.from, written))
    return Object.freeze({ ...receipt, contexts: job.targets.length })
  }

  #receipt(data: ReceiptData): Receipt {
    return receiptOf(data, this.#components.nodeName, this.#components.copies)
  }

  #receiptData(
    path: ContextPath,
    written: Written,
    { row, merged }: { row?: ContextRow | undefined; merged?: MergeReport | undefined } = {}
  ): ReceiptData {
    const { replica } = this.#components
    const own = row ?? written.entries.find((entry) => entry.path === path)?.after ?? replica.rows.any(path)
    return {
      path,
      version: versionOf(own?.heads ?? []),
      durable: written.durable,
      token: tokenOf(written.commit, replica.signer),
      ...(written.commit && { commit: written.commit.id }),
      ...(merged && { merged })
    }
  }

  /** Whether a read finds something there now. */
  isShown(path: ContextPath): boolean {
    const cached = this.#components.replica.rows.cached(path)
    return cached !== undefined && this.#isVisible(cached.row)
  }

  #shownRow(path: ContextPath): CachedRow {
    const { replica } = this.#components
    replica.assertStarted()
    const cached = replica.rows.cached(path)
    if (cached !== undefined && this.#isVisible(cached.row)) return cached
    replica.assertReplicated(path)
    throw contextNotFound(path)
  }

  #anyRow(path: ContextPath): ContextRow {
    const { replica } = this.#components
    const row = replica.rows.any(path)
    if (row !== undefined) return row
    replica.assertReplicated(path)
    throw contextNotFound(path)
  }

  #isVisible(row: ContextRow): boolean {
    return this.#components.updates.isVisible(row)
  }
}

function topAbove(path: ContextPath, text: string): ContextPath {
  const top = parsePath(text)
  if (isPathPrefix(top, path)) return top
  throw new HcfsError('BAD_REQUEST', `${path} does not lie below the top ${top}`, { details: { path, top } })
}

function intentOf(path: string, options: WriteOptions): Omit<UpdateIntent, 'operations' | 'base'> {
  const { ifVersion, ifAbsent } = options
  return {
    path: parsePath(path),
    ...attributionOf(options),
    ...(ifVersion !== undefined && { ifVersion }),
    ...(ifAbsent !== undefined && { ifAbsent })
  }
}
