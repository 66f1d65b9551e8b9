import type { Context, ContextPath } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { ContextRow } from './context-row.ts'
import { decodeRow, encodeRow, isShown } from './context-row.ts'
import { RowCache } from './row-cache.ts'

export interface RowStoreOptions {
  /** Roughly what the cached rows may take in memory. */
  cacheBytesMax: number
}

/** A row in memory, with the context that readers are shown of it once one has asked. */
export interface CachedRow {
  readonly row: ContextRow
  context: Context | undefined
}

/** Told of rows once readers see them, before anybody can have read them. */
export interface RowObserver {
  changed(path: ContextPath): void
  /** What was shown may not have been stored. */
  everythingChanged(): void
}

/** Objects, hashes and what else a row has beside its texts. */
const ROW_OVERHEAD_BYTES = 1_024
const BYTES_PER_UNIT = 2

/**
 * The rows of contexts, hot ones in memory. Hidden contexts lie apart, so that
 * listings and reads never walk over what was removed.
 *
 * A row enters the cache only once it is stored as durably as was promised.
 */
export class RowStore {
  readonly #store: OrderedStore
  readonly #cache: RowCache<CachedRow>
  readonly #observers: RowObserver[] = []

  constructor({ store }: { store: OrderedStore }, { cacheBytesMax }: RowStoreOptions) {
    this.#store = store
    this.#cache = new RowCache({ costMax: cacheBytesMax, costOf: roughBytes })
  }

  /** `undefined` for contexts that are hidden or were never there. */
  shown(path: ContextPath): ContextRow | undefined {
    return this.cached(path)?.row
  }

  /** As `shown`, with the place for what readers are shown. */
  cached(path: ContextPath): CachedRow | undefined {
    return this.#cache.get(path) ?? this.#readShown(path)
  }

  /** Also of hidden contexts. */
  any(path: ContextPath): ContextRow | undefined {
    return this.shown(path) ?? this.hidden(path)
  }

  hidden(path: ContextPath): ContextRow | undefined {
    const text = this.#store.getTextSync(keys.hiddenContext(path))
    return text === undefined ? undefined : decodeRow(text)
  }

  /** What to write so that `after` takes the place of `before`. */
  replace(before: ContextRow | undefined, after: ContextRow): StoreOperation[] {
    const operations: StoreOperation[] = [{ type: 'put', key: keyOf(after), value: encodeRow(after) }]
    if (before !== undefined && isShown(before) !== isShown(after)) operations.push({ type: 'del', key: keyOf(before) })
    return operations
  }

  /** Call once the row is stored. */
  remember(row: ContextRow): void {
    if (isShown(row)) this.#cache.set(row.path, { row, context: undefined })
    else this.#cache.delete(row.path)
    for (const observer of this.#observers) observer.changed(row.path)
  }

  forgetAll(): void {
    this.#cache.clear()
    for (const observer of this.#observers) observer.everythingChanged()
  }

  /** For as long as the store lives. */
  observe(observer: RowObserver): void {
    this.#observers.push(observer)
  }

  #readShown(path: ContextPath): CachedRow | undefined {
    const text = this.#store.getTextSync(keys.context(path))
    if (text === undefined) return undefined
    const cached = { row: decodeRow(text), context: undefined }
    this.#cache.set(path, cached)
    return cached
  }
}

function keyOf(row: ContextRow): string {
  return isShown(row) ? keys.context(row.path) : keys.hiddenContext(row.path)
}

function roughBytes({ row }: CachedRow): number {
  return ROW_OVERHEAD_BYTES + BYTES_PER_UNIT * row.content.body.length
}
