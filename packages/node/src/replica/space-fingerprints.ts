import type { ContextPath } from '@hcfs/core'
import { addSum, SUM_BYTES } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreOperation } from '../storage/ordered-store.ts'
import { FingerprintTrie } from './fingerprint-trie.ts'

/** The fingerprints of each space that something was written in. */
export class SpaceFingerprints {
  readonly #key: Uint8Array
  readonly #tries = new Map<ContextPath, FingerprintTrie>()

  constructor(fingerprintKey: Uint8Array) {
    this.#key = fingerprintKey
  }

  of(space: ContextPath): FingerprintTrie {
    const known = this.#tries.get(space)
    if (known !== undefined) return known
    const trie = new FingerprintTrie(this.#key)
    this.#tries.set(space, trie)
    return trie
  }

  spaces(): ContextPath[] {
    return [...this.#tries.keys()]
  }

  /** Of all spaces together. */
  total(): { readonly sum: Uint8Array; readonly count: number } {
    const sum = new Uint8Array(SUM_BYTES)
    for (const trie of this.#tries.values()) addSum(sum, trie.root().sum)
    return { sum, count: this.count }
  }

  /** How many contexts all spaces hold. */
  get count(): number {
    let count = 0
    for (const trie of this.#tries.values()) count += trie.root().count
    return count
  }

  /** Forgets everything and takes these records. The tries stay the same objects. */
  load(records: Iterable<readonly [key: StoreKey, value: Uint8Array]>): void {
    const leaves = new Map<ContextPath, [leaf: number, value: Uint8Array][]>()
    for (const [key, value] of records) {
      const space = keys.spaceOfLeafKey(key)
      const own = leaves.get(space) ?? []
      own.push([keys.parseLeafKey(key), value])
      leaves.set(space, own)
    }
    for (const space of new Set([...this.#tries.keys(), ...leaves.keys()])) this.of(space).load(leaves.get(space) ?? [])
  }

  takeChanged(): StoreOperation[] {
    const operations: StoreOperation[] = []
    for (const [space, trie] of this.#tries) {
      for (const [leaf, value] of trie.takeChanged())
        operations.push({ type: 'put', key: keys.leaf(leaf, space), value })
    }
    return operations
  }
}
