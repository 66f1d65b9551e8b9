import type { ContextContent } from '../content/content.ts'
import type { ContentDiff } from '../content/content-diff.ts'
import type { Draft } from '../content/draft.ts'
import type { DraftOperation } from '../content/draft-operation.ts'
import type { HcfsErrorJson } from '../errors/hcfs-error.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { Context, ContextParts, ContextStatus, ListEntry, TrashEntry } from './context.ts'
import type { EffectiveContext } from './effective.ts'
import type { Change, HistoryEntry } from './history.ts'
import type { Receipt, ReceiptData, Token, Version } from './receipt.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Preconditions that this node checks; two nodes may both succeed. */
export interface Preconditions {
  /** Fails with `VERSION_CONFLICT`, which names the current version, unless this is it. */
  readonly ifVersion?: Version
  /** Fails with `VERSION_CONFLICT` when the context exists. */
  readonly ifAbsent?: boolean
}

export interface WriteOptions extends CallOptions, Preconditions {
  readonly by?: By
  /** Why, for the history. */
  readonly note?: string
}

export interface PutOptions extends WriteOptions {
  /** The version the caller read: the change is the difference from it, so that nothing of others is undone. */
  readonly base?: Version
  /** Also clears the parts that are not named. */
  readonly replace?: boolean
}

export interface EditOptions extends WriteOptions {
  readonly base?: Version
}

export interface ReadOptions extends CallOptions {
  /** A version, or a time (`Date` or ISO 8601): everything dated up to then. */
  readonly at?: Version | Date
  readonly after?: Token
  /** How long to wait for `after`. @default 10_000 */
  readonly timeoutMs?: number
}

export interface ResolveOptions extends CallOptions {
  /** `keys` also finds the commit that gave each value; it reads the documents of all contexts on the way. @default 'contexts' */
  readonly blame?: 'contexts' | 'keys'
  /** Looks at nothing above this path. @default '/' */
  readonly top?: string
  readonly after?: Token
  /** How long to wait for `after`. @default 10_000 */
  readonly timeoutMs?: number
}

export interface ListFilter {
  readonly tag?: string
  readonly kind?: string
  /** JSON pointer of a field to its wanted value. */
  readonly fields?: Readonly<Record<string, JsonValue>>
}

export interface ListOptions extends CallOptions {
  readonly recursive?: boolean
  readonly filter?: ListFilter
  readonly limit?: number
  /** Goes on after this path, which the caller got last. */
  readonly startAfter?: ContextPath | string
  readonly after?: Token
  readonly timeoutMs?: number
}

export interface HistoryOptions extends CallOptions {
  readonly limit?: number
  /** Goes on below this version, which the caller got last. */
  readonly before?: Version
}

export interface WatchOptions extends CallOptions {
  /** Starts after this position: 0 is the beginning. Left out: only what comes from now on. */
  readonly from?: number
  /** Each change carries the content before and after it. */
  readonly values?: boolean
  /**
   * Tells of what the path amounts to together with everything above it, as `resolve` does: of changes
   * there and above that make a difference. `before` and `after` are then what it amounted to.
   */
  readonly effective?: boolean
}

export interface WatchedChange extends Change {
  readonly before?: ContextContent
  readonly after?: ContextContent
}

export interface SubtreeOptions extends WriteOptions {
  readonly recursive?: boolean
  /** Called after every step of a subtree that is too large for one commit. */
  readonly onProgress?: (progress: SubtreeProgress) => void
}

export interface SubtreeProgress {
  readonly done: number
  readonly total: number
}

export interface SubtreeReceipt extends Receipt {
  /** How many contexts the call changed. */
  readonly contexts: number
}

export type BatchItem =
  | {
      readonly put: { readonly path: string } & ContextParts &
        Preconditions & { base?: Version; replace?: boolean; note?: string }
    }
  | {
      readonly edit: {
        readonly path: string
        readonly change: ((draft: Draft) => void) | readonly DraftOperation[]
        base?: Version
        note?: string
      } & Preconditions
    }
  | { readonly remove: { readonly path: string; note?: string } & Preconditions }

export interface BatchOptions extends CallOptions {
  /**
   * One commit, all or nothing. Without it each item succeeds or fails alone.
   *
   * @default true
   */
  readonly atomic?: boolean
  readonly by?: By
  readonly note?: string
}

export type BatchItemResult = { readonly receipt: ReceiptData } | { readonly error: HcfsErrorJson }

export interface BatchReceipt {
  readonly items: readonly BatchItemResult[]
  readonly token: Token
}

/**
 * The life of contexts. An embedded node and the SDK's client both are one, so
 * that a program does not care where its node runs.
 *
 * Every failure is an `HcfsError`; `docs/reference/errors.md` lists the codes.
 */
export interface ContextsApi {
  put(path: string, parts: ContextParts, options?: PutOptions): Promise<Receipt>
  /** The draft records what `change` does to it; only that is written. */
  edit(path: string, change: (draft: Draft) => void, options?: EditOptions): Promise<Receipt>
  get<Fields extends JsonObject = JsonObject>(path: string, options?: ReadOptions): Promise<Context<Fields>>
  /** What the path amounts to together with everything above it; `docs/RESOLVE.md` says how. Also where nothing is written at the path itself. */
  resolve<Fields extends JsonObject = JsonObject>(
    path: string,
    options?: ResolveOptions
  ): Promise<EffectiveContext<Fields>>
  /** Also of a context that was removed or has expired; `CONTEXT_NOT_FOUND` where there never was one. */
  status(path: string, options?: CallOptions): Promise<ContextStatus>
  list(path: string, options?: ListOptions): AsyncIterable<ListEntry>
  history(path: string, options?: HistoryOptions): AsyncIterable<HistoryEntry>
  /** Without `to`: up to the current version. */
  diff(path: string, from: Version | Date, to?: Version | Date): Promise<ContentDiff>
  /** Writes the old version forward; history keeps what came between. */
  restore(path: string, version: Version | Date, options?: WriteOptions): Promise<Receipt>
  remove(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt>
  undelete(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt>
  trash(path?: string, options?: CallOptions): AsyncIterable<TrashEntry>
  move(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt>
  copy(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt>
  batch(items: readonly BatchItem[], options?: BatchOptions): Promise<BatchReceipt>
  /** Ends when the signal is aborted. A watcher that reads too slowly is told with `WATCH_OVERFLOW` and can go on from its last position. */
  watch(path: string, options?: WatchOptions): AsyncIterable<WatchedChange>
}
