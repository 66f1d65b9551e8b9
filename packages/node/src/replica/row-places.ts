import type { ContextPath } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreKey } from '../storage/ordered-store.ts'
import type { ContextRow } from './context-row.ts'
import { isShown } from './context-row.ts'

export interface RowPlacesComponents {
  /** The space in which a path lies, by the newest policy that is here. */
  spaceOf: (path: ContextPath) => ContextPath
}

/**
 * Where the row of a context lies. At one path there may be a context in every
 * space that the path ever lay in.
 *
 * 1. The one of the space in which the path lies now is at home: it is shown, or hidden.
 * 2. Those of other spaces lie apart, under their document. They count as hidden,
 *    and nobody is shown them but who looks into the trash.
 */
export class RowPlaces {
  readonly #spaceOf: RowPlacesComponents['spaceOf']

  constructor({ spaceOf }: RowPlacesComponents) {
    this.#spaceOf = spaceOf
  }

  isHome({ space = ROOT_PATH, path }: Pick<ContextRow, 'space' | 'path'>): boolean {
    return this.#spaceOf(path) === space
  }

  /** Whether readers of its path are shown it. */
  isListed(row: ContextRow): boolean {
    return isShown(row) && this.isHome(row)
  }

  keyOf(row: ContextRow): StoreKey {
    if (!this.isHome(row)) return keys.strayContext(row.path, row.docId)
    return isShown(row) ? keys.context(row.path) : keys.hiddenContext(row.path)
  }

  /** Everywhere that a row of this context could lie: where it belongs, and where it may have been before. */
  keysFor({ path, docId }: Pick<ContextRow, 'path' | 'docId'>): readonly StoreKey[] {
    return [keys.context(path), keys.hiddenContext(path), keys.strayContext(path, docId)]
  }
}
