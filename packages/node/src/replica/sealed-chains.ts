import type { CommitId } from '@hcfs/core'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { ChainName, ChainTip, StoredTip } from './own-chain.ts'
import { EMPTY_CHAIN, keyOfChain, readBranches, withCommit, writeBranches } from './own-chain.ts'

/**
 * The ends of all chains after the last group that was sealed, which may still be
 * on its way to the disk. After a failure, `reset` goes back to what is stored.
 */
export class SealedChains {
  readonly #store: StoreReads
  readonly #known = new Map<string, { readonly chain: ChainName; readonly tips: readonly StoredTip[] }>()
  readonly #changed = new Set<string>()

  constructor({ store }: { store: StoreReads }) {
    this.#store = store
  }

  reset(): void {
    this.#known.clear()
    this.#changed.clear()
  }

  /** Where the chain goes on; of a forked one the branch that was here first. */
  tip(chain: ChainName): ChainTip {
    return this.#of(chain).tips[0] ?? EMPTY_CHAIN
  }

  holds(chain: ChainName, id: CommitId): boolean {
    return this.#of(chain).tips.some((tip) => tip.id === id)
  }

  advance(chain: ChainName, commit: { readonly prev: CommitId | undefined; readonly tip: StoredTip }): void {
    const known = this.#of(chain)
    const key = keyOfChain(chain)
    this.#known.set(key, { chain: known.chain, tips: withCommit(known.tips, commit) })
    this.#changed.add(key)
  }

  takeChanged(): StoreOperation[] {
    const operations = [...this.#changed].flatMap((key) => {
      const known = this.#known.get(key)
      return known === undefined ? [] : [writeBranches(known.chain, known.tips)]
    })
    this.#changed.clear()
    return operations
  }

  #of({ author, incarnation, space }: ChainName): { readonly chain: ChainName; readonly tips: readonly StoredTip[] } {
    const chain = { author, incarnation, space }
    const key = keyOfChain(chain)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const read = { chain, tips: readBranches(this.#store, chain) }
    this.#known.set(key, read)
    return read
  }
}
