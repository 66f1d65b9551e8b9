import type { ContextPath, DocId } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import type { ContextRow } from './context-row.ts'
import type { RowStore } from './row-store.ts'
import type { SpaceFingerprints } from './space-fingerprints.ts'

export interface GroupRowsComponents {
  rows: Pick<RowStore, 'any' | 'inSpace'>
  fingerprints: Pick<SpaceFingerprints, 'of'>
}

/**
 * The rows that one group looks at, each read once: nothing changes the contexts
 * of a group before it is stored. Most writes are the first of their context, and
 * the fingerprints know that without asking the disk.
 */
export class GroupRows {
  readonly #components: GroupRowsComponents
  readonly #spaceOf: (path: ContextPath) => ContextPath
  readonly #docIds = new Map<ContextPath, DocId>()
  readonly #known = new Map<ContextPath, ContextRow | undefined>()

  constructor(components: GroupRowsComponents, spaceOf: (path: ContextPath) => ContextPath) {
    this.#components = components
    this.#spaceOf = spaceOf
  }

  /** Also of hidden contexts; `undefined` when nothing was ever written there. */
  row(path: ContextPath): ContextRow | undefined {
    const known = this.#known.get(path)
    if (known !== undefined || this.#known.has(path)) return known
    const { rows, fingerprints } = this.#components
    const docId = this.docId(path)
    const found = fingerprints.of(this.spaceOf(path)).mayCover(docId) ? rows.any(path) : undefined
    // What was written there before the space was declared is another context.
    const row = found?.docId === docId ? found : undefined
    this.#known.set(path, row)
    return row
  }

  /** Of the context that a space has at a path; the path may lie in another by now. */
  rowIn(space: ContextPath, path: ContextPath): ContextRow | undefined {
    if (this.spaceOf(path) === space) return this.row(path)
    return this.#components.rows.inSpace({ space, path, docId: documentIdOf(space, path) })
  }

  spaceOf(path: ContextPath): ContextPath {
    return this.#spaceOf(path)
  }

  /** Of what is or will be at a path. */
  docId(path: ContextPath): DocId {
    const known = this.#docIds.get(path)
    if (known !== undefined) return known
    const docId = documentIdOf(this.spaceOf(path), path)
    this.#docIds.set(path, docId)
    return docId
  }
}
