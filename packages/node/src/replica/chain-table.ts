import type { ContextPath } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreReads } from '../storage/ordered-store.ts'
import type { ChainName, StoredTip } from './own-chain.ts'
import { decodeBranches, keyOfChain, withCommit } from './own-chain.ts'
import type { CommittedAs } from './write-request.ts'

/** The ends of all chains, in memory, as far as they are on the disk for certain. */
export class ChainTable {
  readonly #chains = new Map<StoreKey, { readonly chain: ChainName; readonly tips: readonly StoredTip[] }>()
  #last: CommittedAs | undefined

  async load(store: StoreReads): Promise<void> {
    this.#chains.clear()
    this.#last = undefined
    for await (const chunk of store.scanText(keys.family('chain'))) {
      for (const [key, text] of chunk) {
        const chain = keys.parseChainKey(key)
        this.#chains.set(key, { chain, tips: decodeBranches(text) })
      }
    }
  }

  /** All writers of one commit say the same, one after the other. */
  advance(commit: CommittedAs): void {
    if (commit === this.#last) return
    this.#last = commit
    const { author, incarnation, space, prev, seq, id, hlc } = commit
    const chain = { author, incarnation, space }
    const key = keyOfChain(chain)
    const tips = this.#chains.get(key)?.tips ?? []
    this.#chains.set(key, { chain, tips: withCommit(tips, { prev, tip: { seq, id, hlc } }) })
  }

  /** One for each branch of each chain. */
  of(space: ContextPath): ChainTip[] {
    const found: ChainTip[] = []
    for (const { chain, tips } of this.#chains.values()) {
      if (chain.space !== space) continue
      const { author, incarnation } = chain
      for (const { seq, id } of tips) found.push({ author, incarnation, seq, id })
    }
    return found
  }
}
