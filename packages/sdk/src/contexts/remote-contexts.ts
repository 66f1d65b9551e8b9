import type {
  BatchItem,
  BatchOptions,
  BatchReceipt,
  CallOptions,
  ContentDiff,
  Context,
  ContextParts,
  ContextStatus,
  ContextsApi,
  Draft,
  EditOptions,
  EffectiveContext,
  HistoryEntry,
  HistoryOptions,
  JsonObject,
  ListEntry,
  ListOptions,
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
import { parsePath } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import { targetOf, versionText } from '../http/target.ts'
import type { BatchSender } from './batch-sender.ts'
import type { DraftRecorder } from './draft-recorder.ts'
import { DRAFT_TYPE } from './draft-recorder.ts'
import { frozenJson } from './frozen-json.ts'
import { partsBody } from './parts-body.ts'
import type { RemoteReceipts } from './remote-receipts.ts'
import type { RemoteWatch } from './remote-watch.ts'
import { conditionHeaders, defined } from './request-options.ts'
import type { SubtreeSender } from './subtree-sender.ts'

export interface RemoteContextsComponents {
  http: HttpClient
  receipts: RemoteReceipts
  drafts: DraftRecorder
  subtrees: SubtreeSender
  batches: BatchSender
  watching: RemoteWatch
}

/** The contexts of a node elsewhere. Paths are checked here, everything else there. */
export class RemoteContexts implements ContextsApi {
  readonly #components: RemoteContextsComponents

  constructor(components: RemoteContextsComponents) {
    this.#components = components
  }

  async put(path: string, parts: ContextParts, options: PutOptions = {}): Promise<Receipt> {
    const { http, receipts } = this.#components
    const { base, replace, note, by, signal } = options
    const data = await http.json<ReceiptData>({
      method: 'PUT',
      target: targetOf('contexts', path, { replace }),
      json: { ...partsBody(parts), ...defined({ base, note }) },
      headers: conditionHeaders(options),
      by,
      signal
    })
    return receipts.receipt(data)
  }

  /** Recorded here, on the version that is read for it (or `base`), and merged by the node with what came since. */
  async edit(path: string, change: (draft: Draft) => void, options: EditOptions = {}): Promise<Receipt> {
    const { http, receipts, drafts } = this.#components
    const { note, by, signal } = options
    const recorded = await drafts.record(path, change, options)
    const data = await http.json<ReceiptData>({
      method: 'PATCH',
      target: targetOf('contexts', path),
      type: DRAFT_TYPE,
      json: { ...recorded, ...defined({ note }) },
      headers: conditionHeaders(options),
      by,
      signal
    })
    return receipts.receipt(data)
  }

  async get<Fields extends JsonObject = JsonObject>(
    path: string,
    { at, after, timeoutMs, signal }: ReadOptions = {}
  ): Promise<Context<Fields>> {
    const context = await this.#components.http.confirmed<Context<Fields>>({
      method: 'GET',
      target: targetOf('contexts', path, { at: at === undefined ? undefined : versionText(at), timeoutMs }),
      headers: defined({ 'hcfs-after': after }),
      seesWrites: at === undefined,
      signal
    })
    return frozenJson(context)
  }

  async resolve<Fields extends JsonObject = JsonObject>(
    path: string,
    { blame, top, after, timeoutMs, signal }: ResolveOptions = {}
  ): Promise<EffectiveContext<Fields>> {
    const context = await this.#components.http.json<EffectiveContext<Fields>>({
      method: 'GET',
      target: targetOf('resolve', path, { blame, top, timeoutMs }),
      headers: defined({ 'hcfs-after': after }),
      seesWrites: true,
      signal
    })
    return frozenJson(context)
  }

  status(path: string, { signal }: CallOptions = {}): Promise<ContextStatus> {
    return this.#components.http.json<ContextStatus>({ method: 'GET', target: targetOf('status', path), signal })
  }

  async *list(path: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    const { recursive, filter: { tag, kind, fields } = {}, limit, startAfter, after, timeoutMs, signal } = options
    const query = { recursive, tag, kind, fields: fields && JSON.stringify(fields), limit, startAfter, timeoutMs }
    yield* this.#components.http.items<ListEntry>({
      method: 'GET',
      target: targetOf('list', path, query),
      headers: defined({ 'hcfs-after': after }),
      seesWrites: true,
      signal
    })
  }

  async *history(path: string, { limit, before, signal }: HistoryOptions = {}): AsyncGenerator<HistoryEntry> {
    const target = targetOf('history', path, { limit, before })
    yield* this.#components.http.items<HistoryEntry>({ method: 'GET', target, signal })
  }

  async diff(path: string, from: Version | Date, to?: Version | Date): Promise<ContentDiff> {
    const target = targetOf('diff', path, { from: versionText(from), to: to === undefined ? to : versionText(to) })
    return this.#components.http.json<ContentDiff>({ method: 'GET', target })
  }

  async restore(path: string, version: Version | Date, options: WriteOptions = {}): Promise<Receipt> {
    const { http, receipts } = this.#components
    const { note, ifVersion, ifAbsent, by, signal } = options
    const data = await http.json<ReceiptData>({
      method: 'POST',
      target: '/v1/restore',
      json: { path: parsePath(path), version: versionText(version), ...defined({ note, ifVersion, ifAbsent }) },
      by,
      signal
    })
    return receipts.receipt(data)
  }

  remove(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    return this.#components.subtrees.write('remove', { path }, options)
  }

  undelete(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    return this.#components.subtrees.write('undelete', { path }, options)
  }

  async *trash(path = '/', { signal }: CallOptions = {}): AsyncGenerator<TrashEntry> {
    yield* this.#components.http.items<TrashEntry>({ method: 'GET', target: targetOf('trash', path), signal })
  }

  move(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    return this.#components.subtrees.write('move', { from, to }, options)
  }

  copy(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    return this.#components.subtrees.write('copy', { from, to }, options)
  }

  batch(items: readonly BatchItem[], options?: BatchOptions): Promise<BatchReceipt> {
    return this.#components.batches.send(items, options)
  }

  watch(path: string, options?: WatchOptions): AsyncIterable<WatchedChange> {
    return this.#components.watching.watch(path, options)
  }
}
