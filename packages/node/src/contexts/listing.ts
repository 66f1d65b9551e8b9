import type {
  Clock,
  ContextPath,
  DiskUsage,
  JsonValue,
  ListEntry,
  ListFilter,
  ListOptions,
  TrashEntry
} from '@hcfs/core'
import { encodeCbor, HcfsError, isPathPrefix, parsePath, parsePointer, ROOT_PATH, settle } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { decodeRow } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { RowStore } from '../replica/row-store.ts'
import { keys } from '../storage/keys.ts'
import type { KeyRange, OrderedStore } from '../storage/ordered-store.ts'
import { folderEntryOf, listEntryOf, trashEntryOf } from './context-views.ts'

export interface ListingComponents {
  store: OrderedStore
  rows: RowStore
  clock: Pick<Clock, 'now'>
}

/** After so many keys below one child it is cheaper to seek past them than to walk on. */
const WALK_KEYS_MAX = 32

/** After so many rows, read one by one, everything else on this node has its turn: they take about a millisecond. */
const ROWS_PER_TURN = 128

/** What there is below a path, in tree order. */
export class Listing {
  readonly #components: ListingComponents

  constructor(components: ListingComponents) {
    this.#components = components
  }

  async *list(prefix: ContextPath, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    const { limit = Number.POSITIVE_INFINITY } = options
    let count = 0
    const entries = options.recursive === true ? this.#recursive(prefix, options) : this.#children(prefix, options)
    for await (const entry of entries) {
      if (count >= limit) return
      count += 1
      yield entry
    }
  }

  /** Every context that is shown below `prefix`, and the one at it. */
  async *subtree(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextRow> {
    for await (const row of this.stored(prefix, signal)) if (!this.#isGone(row)) yield row
  }

  /** Also those that have expired and wait for the entry that says so. */
  async *stored(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextRow> {
    const { store } = this.#components
    for await (const chunk of store.scanText({ ...keys.contextRange(prefix), ...(signal && { signal }) })) {
      for (const [, text] of chunk) yield decodeRow(text)
    }
  }

  /** Every path at and below `prefix` that ever had a context. */
  async *everyPath(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextPath> {
    for await (const { path } of this.stored(prefix, signal)) yield path
    for await (const { path } of this.hidden(prefix, signal)) yield path
  }

  /** What entries hide below `prefix`. */
  async *hidden(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextRow> {
    const { store } = this.#components
    for await (const chunk of store.scanText({ ...keys.hiddenContextRange(prefix), ...(signal && { signal }) })) {
      for (const [, text] of chunk) yield decodeRow(text)
    }
  }

  /** What was written in spaces in which the paths at and below `prefix` lie no longer. */
  async *strays(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextRow> {
    const { store } = this.#components
    for await (const chunk of store.scanText({ ...keys.strayContextRange(prefix), ...(signal && { signal }) })) {
      for (const [, text] of chunk) yield decodeRow(text)
    }
  }

  /** What `undelete` can bring back below `prefix`: first what is hidden, then what has only just expired. */
  async *trashed(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<ContextRow> {
    yield* this.hidden(prefix, signal)
    const { store, rows, clock } = this.#components
    for await (const chunk of store.scanKeys({ ...keys.expiryRange(clock.now()), ...(signal && { signal }) })) {
      for (const key of chunk) {
        const { path } = keys.parseExpiryKey(key)
        const row = isPathPrefix(prefix, path) ? rows.shown(path) : undefined
        if (row !== undefined && this.#isGone(row)) yield row
      }
    }
  }

  async *trash(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<TrashEntry> {
    for await (const row of this.trashed(prefix, signal)) yield trashEntryOf(row)
    // Its path has moved to another space, and it has stayed.
    for await (const row of this.strays(prefix, signal)) yield { ...trashEntryOf(row), reason: 'moved' }
  }

  async *usage(prefix: ContextPath, signal?: AbortSignal): AsyncGenerator<DiskUsage> {
    let open: Mutable<DiskUsage> | undefined
    for await (const row of this.subtree(prefix, signal)) {
      const child = childOf(prefix, row.path)
      if (open?.path !== child) {
        if (open !== undefined) yield open
        open = { path: child, contexts: 0, bodyBytes: 0, historyBytes: 0 }
      }
      open.contexts += 1
      open.bodyBytes += Buffer.byteLength(row.content.body)
      open.historyBytes += row.historyBytes
    }
    if (open !== undefined) yield open
  }

  async *#recursive(prefix: ContextPath, options: ListOptions): AsyncGenerator<ListEntry> {
    const start = startAfterOf(prefix, options)
    const range = { ...keys.contextRange(prefix), ...(start === undefined ? {} : { gt: keys.context(start) }) }
    const { signal } = options
    for await (const chunk of this.#components.store.scanText({ ...range, ...(signal && { signal }) })) {
      for (const [, text] of chunk) {
        const row = decodeRow(text)
        if (row.path !== prefix && !this.#isGone(row) && passes(row, options.filter)) yield listEntryOf(row)
      }
    }
  }

  async *#children(prefix: ContextPath, options: ListOptions): AsyncGenerator<ListEntry> {
    const start = startAfterOf(prefix, options)
    const end = keys.contextRange(prefix).lt
    let range: KeyRange =
      start === undefined ? { gt: keys.context(prefix), lt: end } : { gte: keys.contextRange(start).lt, lt: end }
    for (;;) {
      const step = new ChildWalk(prefix)
      yield* this.#walk(step, range, options)
      if (step.seekFrom === undefined) return
      range = { gte: step.seekFrom, lt: end }
    }
  }

  async *#walk(walk: ChildWalk, range: KeyRange, { filter, signal }: ListOptions): AsyncGenerator<ListEntry> {
    let rows = 0
    for await (const chunk of this.#components.store.scanKeys({ ...range, ...(signal && { signal }) })) {
      for (const key of chunk) {
        const done = walk.step(keys.parseContextKey(key))
        if (done !== undefined) {
          yield* this.#entry(done, filter)
          rows += 1
          if (rows % ROWS_PER_TURN === 0) await settle()
        }
        if (walk.seekFrom !== undefined) break
      }
      if (walk.seekFrom !== undefined) break
    }
    const last = walk.finish()
    if (last !== undefined) yield* this.#entry(last, filter)
  }

  *#entry({ path, hasChildren }: Child, filter: ListFilter | undefined): Generator<ListEntry> {
    const row = this.#components.rows.shown(path)
    const isShown = row !== undefined && !this.#isGone(row)
    if (!isShown && !hasChildren) return
    if (isFiltering(filter) && (!isShown || !passes(row, filter))) return
    yield { ...(isShown ? listEntryOf(row) : folderEntryOf(path)), hasChildren }
  }

  /** Expired contexts are not shown from that moment on, though their entry may follow later. */
  #isGone(row: ContextRow): boolean {
    return isExpired(row.content, this.#components.clock.now())
  }
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] }

interface Child {
  readonly path: ContextPath
  readonly hasChildren: boolean
}

/** Groups the keys below a path by the child that they belong to. */
class ChildWalk {
  readonly #prefix: ContextPath
  #open: { path: ContextPath; hasChildren: boolean } | undefined
  #walked = 0
  /** Set when the walk should go on from this key instead. */
  seekFrom: string | undefined

  constructor(prefix: ContextPath) {
    this.#prefix = prefix
  }

  /** The child before this one, once it is known to be complete. */
  step(path: ContextPath): Child | undefined {
    if (this.#open !== undefined && isPathPrefix(this.#open.path, path)) {
      this.#open.hasChildren = true
      this.#walked += 1
      if (this.#walked > WALK_KEYS_MAX) this.seekFrom = keys.contextRange(this.#open.path).lt
      return undefined
    }
    const done = this.#open
    const child = childOf(this.#prefix, path)
    this.#open = { path: child, hasChildren: child !== path }
    this.#walked = 0
    return done
  }

  finish(): Child | undefined {
    return this.#open
  }
}

/** The child of `prefix` that a path leads through; `prefix` itself for itself. */
function childOf(prefix: ContextPath, path: ContextPath): ContextPath {
  if (path === prefix) return prefix
  const end = path.indexOf('/', prefix === ROOT_PATH ? 1 : prefix.length + 1)
  return end === -1 ? path : parsePath(path.slice(0, end))
}

function startAfterOf(prefix: ContextPath, { startAfter }: ListOptions): ContextPath | undefined {
  if (startAfter === undefined) return undefined
  const path = parsePath(startAfter)
  if (isPathPrefix(prefix, path)) return path
  throw new HcfsError('BAD_REQUEST', `${path} does not lie below ${prefix}; go on with a path that this listing gave`)
}

/** A filter that asks for nothing lets folders through as well. */
function isFiltering(filter: ListFilter | undefined): filter is ListFilter {
  return filter?.tag !== undefined || filter?.kind !== undefined || Object.keys(filter?.fields ?? {}).length > 0
}

function passes({ content }: ContextRow, filter: ListFilter | undefined): boolean {
  if (filter === undefined) return true
  if (filter.tag !== undefined && !content.tags.includes(filter.tag)) return false
  if (filter.kind !== undefined && content.meta['kind'] !== filter.kind) return false
  return Object.entries(filter.fields ?? {}).every(([pointer, wanted]) =>
    isEqual(valueAt(content.fields, pointer), wanted)
  )
}

function valueAt(fields: JsonValue, pointer: string): JsonValue | undefined {
  const names = parsePointer(pointer.startsWith('/') ? pointer : `/${pointer}`)
  if (names === undefined)
    throw new HcfsError('BAD_REQUEST', `${pointer} does not name a field; write it as /status or /owner/name`)
  let value: JsonValue | undefined = fields
  for (const name of names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = (value as Readonly<Record<string, JsonValue>>)[name]
  }
  return value
}

/** By their canonical encoding: the order in which a caller names keys does not matter. */
function isEqual(left: JsonValue | undefined, right: JsonValue): boolean {
  return left !== undefined && Buffer.compare(encodeCbor(left), encodeCbor(right)) === 0
}
