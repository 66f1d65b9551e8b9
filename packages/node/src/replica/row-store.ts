import type { Context, ContextPath } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { ContextRow } from './context-row.ts'
import { decodeRow, encodeRow } from './context-row.ts'
import { RowCache } from './row-cache.ts'
import type { RowPlaces } from './row-places.ts'

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
  readonly places: RowPlaces
  readonly #store: OrderedStore
  readonly #cache: RowCache<CachedRow>
  readonly #observers: RowObserver[] = []

  constructor({ store, places }: { store: OrderedStore; places: RowPlaces }, { cacheBytesMax }: RowStoreOptions) {
    this.#store = store
    this.places = places
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

  /** Also of hidden contexts; of the space in which the path lies now. */
  any(path: ContextPath): ContextRow | undefined {
    return this.shown(path) ?? this.hidden(path)
  }

  /** Of the context that this space has at a path, wherever its row lies. */
  inSpace({ space, path, docId }: Required<Pick<ContextRow, 'space' | 'path' | 'docId'>>): ContextRow | undefined {
    if (this.places.isHome({ space, path })) return this.any(path)
    const text = this.#store.getTextSync(keys.strayContext(path, docId))
    return text === undefined ? undefined : decodeRow(text)
  }

  hidden(path: ContextPath): ContextRow | undefined {
    const text = this.#store.getTextSync(keys.hiddenContext(path))
    return text === undefined ? undefined : decodeRow(text)
  }

  /** What to write so that `after` takes the place of `before`. */
  replace(before: ContextRow | undefined, after: ContextRow): StoreOperation[] {
    const key = this.places.keyOf(after)
    const operations: StoreOperation[] = [{ type: 'put', key, value: encodeRow(after) }]
    const was = before === undefined ? key : this.places.keyOf(before)
    if (was !== key) operations.push({ type: 'del', key: was })
    return operations
  }

  /** Call once the row is stored. */
  remember(row: ContextRow): void {
    if (this.places.isListed(row)) this.#cache.set(row.path, { row, context: undefined })
    else if (this.places.isHome(row)) this.#cache.delete(row.path)
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

function roughBytes({ row }: CachedRow): number {
  return ROW_OVERHEAD_BYTES + BYTES_PER_UNIT * row.content.body.length
}
