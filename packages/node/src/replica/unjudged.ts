import type { DocId } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import { keyOfChain } from './own-chain.ts'
import type { UnjudgedChain } from './received-commit.ts'

/** What a crash or a failure left to do before the rows agree with the verdicts. */
export interface Unjudged {
  /** Chains by their keys, and from where in the log on. */
  readonly chains: ReadonlyMap<StoreKey, number>
  readonly documents: readonly DocId[]
}

/** Stored with the commit that made it necessary, so that it is not forgotten. */
export function markUnjudged(chain: UnjudgedChain): StoreOperation {
  return { type: 'put', key: keys.unjudgedChain(keyOfChain(chain)), value: String(chain.from) }
}

export async function readUnjudged(store: StoreReads): Promise<Unjudged> {
  const chains = new Map<StoreKey, number>()
  const documents: DocId[] = []
  for await (const chunk of store.scanText(keys.family('unjudged'))) {
    for (const [key, value] of chunk) {
      const mark = keys.parseUnjudgedKey(key)
      if ('chain' in mark) chains.set(mark.chain, Number(value))
      else documents.push(mark.docId)
    }
  }
  return { chains, documents }
}
