import type { ContextPath, DocId } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import type { ContextRow } from './context-row.ts'
import type { FingerprintTrie } from './fingerprint-trie.ts'
import type { RowStore } from './row-store.ts'

export interface GroupRowsComponents {
  rows: Pick<RowStore, 'any'>
  fingerprints: Pick<FingerprintTrie, 'mayCover'>
}

/**
 * The rows that one group looks at, each read once: nothing changes the contexts
 * of a group before it is stored. Most writes are the first of their context, and
 * the fingerprints know that without asking the disk.
 */
export class GroupRows {
  readonly #components: GroupRowsComponents
  readonly #space: ContextPath
  readonly #docIds = new Map<ContextPath, DocId>()
  readonly #known = new Map<ContextPath, ContextRow | undefined>()

  constructor(components: GroupRowsComponents, space: ContextPath) {
    this.#components = components
    this.#space = space
  }

  /** Also of hidden contexts; `undefined` when nothing was ever written there. */
  row(path: ContextPath): ContextRow | undefined {
    const known = this.#known.get(path)
    if (known !== undefined || this.#known.has(path)) return known
    const { rows, fingerprints } = this.#components
    const row = fingerprints.mayCover(this.docId(path)) ? rows.any(path) : undefined
    this.#known.set(path, row)
    return row
  }

  /** Of what is or will be at a path. */
  docId(path: ContextPath): DocId {
    const known = this.#docIds.get(path)
    if (known !== undefined) return known
    const docId = documentIdOf(this.#space, path)
    this.#docIds.set(path, docId)
    return docId
  }
}
