import type { CommitId, ContextPath, HybridTime } from '@hcfs/core'
import { commitId, hybridTime } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'

/** The end of the chain that this device writes in one life of its data directory. */
export interface ChainTip {
  readonly seq: number
  /** Absent before the first commit. */
  readonly id?: CommitId
  readonly hlc: HybridTime
}

export const EMPTY_CHAIN: ChainTip = { seq: 0, hlc: hybridTime(0) }

type StoredTip = readonly [seq: number, id: string, hlc: number]

/** Names a chain in the store. */
export interface ChainName {
  readonly author: string
  readonly incarnation: number
  readonly space: ContextPath
}

export function readChainTip(store: StoreReads, chain: ChainName): ChainTip {
  const text = store.getTextSync(keys.chainTip(chain))
  if (text === undefined) return EMPTY_CHAIN
  const [seq, id, hlc]: StoredTip = JSON.parse(text)
  return { seq, id: commitId(id), hlc: hybridTime(hlc) }
}

export function writeChainTip(chain: ChainName, tip: Required<ChainTip>): StoreOperation {
  const stored: StoredTip = [tip.seq, tip.id, tip.hlc]
  return { type: 'put', key: keys.chainTip(chain), value: JSON.stringify(stored) }
}
