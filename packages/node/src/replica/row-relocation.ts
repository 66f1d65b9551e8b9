import type { ContextPath } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import type { PolicyView } from '@hcfs/crdt'
import { PolicyState } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreKey, StoreOperation } from '../storage/ordered-store.ts'
import type { ContextRow } from './context-row.ts'
import { decodeRow, isShown } from './context-row.ts'
import { readCounts, writeCounts } from './counts.ts'
import { expiresAtMs } from './expiry.ts'
import type { RowPlaces } from './row-places.ts'

export interface RowRelocationComponents {
  store: OrderedStore
  places: RowPlaces
  /** What to store besides when a context that was shown at a path has no place there any more. */
  onStray: (row: ContextRow) => Promise<readonly StoreOperation[]>
}

/**
 * Brings each row to where it belongs once a path has come to lie in another space. To be run
 * while nobody writes. What a crash leaves undone, a second run does: every batch is whole.
 */
export class RowRelocation {
  readonly #components: RowRelocationComponents

  constructor(components: RowRelocationComponents) {
    this.#components = components
  }

  /** Answers with the paths at and below these at which something else is shown now. */
  async run(prefixes: readonly ContextPath[]): Promise<ReadonlySet<ContextPath>> {
    const moved = new Set<ContextPath>()
    for (const prefix of prefixes) {
      for (const range of [
        keys.contextRange(prefix),
        keys.hiddenContextRange(prefix),
        keys.strayContextRange(prefix)
      ]) {
        for await (const chunk of this.#components.store.scanText(range)) {
          for (const [key, text] of chunk) await this.#bringHome(key, decodeRow(text), moved)
        }
      }
    }
    return moved
  }

  async #bringHome(key: StoreKey, row: ContextRow, moved: Set<ContextPath>): Promise<void> {
    const { store, places, onStray } = this.#components
    const home = places.keyOf(row)
    if (home === key) return
    const wasListed = key === keys.context(row.path)
    const isListed = places.isListed(row)
    const expiresMs = isShown(row) ? expiresAtMs(row.content) : undefined
    const operations: StoreOperation[] = [{ type: 'del', key }]
    const text = store.getTextSync(key)
    if (text !== undefined) operations.push({ type: 'put', key: home, value: text })
    if (expiresMs !== undefined && wasListed) operations.push({ type: 'del', key: keys.expiry(expiresMs, row.path) })
    if (expiresMs !== undefined && isListed)
      operations.push({ type: 'put', key: keys.expiry(expiresMs, row.path), value: '' })
    if (wasListed !== isListed) {
      const counts = readCounts(store)
      const change = isListed ? 1 : -1
      operations.push(writeCounts({ ...counts, shown: counts.shown + change, hidden: counts.hidden - change }))
      operations.push({ type: 'put', key: keys.untold(row.path), value: '' })
      moved.add(row.path)
    }
    if (wasListed && !isListed) operations.push(...(await onStray(row)))
    await store.batch(operations, { sync: true })
  }
}

/** Below which paths one policy says something else than another of what lies in which space. */
export function pathsOfOtherSpaces(before: PolicyView | undefined, after: PolicyView): ContextPath[] {
  if (!(after instanceof PolicyState)) return []
  const is = after.facts.spaces
  // What was judged by cannot be told any more: everything is looked at, where there is anything but the outermost space.
  if (!(before instanceof PolicyState)) return is.size > 1 ? [ROOT_PATH] : []
  const was = before.facts.spaces
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.has(path) !== is.has(path))
}
