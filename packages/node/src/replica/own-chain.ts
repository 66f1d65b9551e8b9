import type { CommitId, ContextPath, DeviceId, HybridTime } from '@hcfs/core'
import { commitId, hybridTime } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreKey, StoreOperation, StoreReads } from '../storage/ordered-store.ts'

/** The end of a chain, or of one branch of it. */
export interface ChainTip {
  readonly seq: number
  /** Absent before the first commit. */
  readonly id?: CommitId
  readonly hlc: HybridTime
}

export type StoredTip = Required<ChainTip>

export const EMPTY_CHAIN: ChainTip = { seq: 0, hlc: hybridTime(0) }

type TipValues = readonly [seq: number, id: string, hlc: number]
/** The first branch stands as if it were alone; the others behind it. */
type StoredTips = readonly [...TipValues, ...others: TipValues[]]

/** Names a chain in the store. */
export interface ChainName {
  readonly author: DeviceId
  readonly incarnation: number
  readonly space: ContextPath
}

/** As the store has it, whose texts are those of ids. */
type ChainInStore = Parameters<typeof keys.chainTip>[0]

/** The tip of every branch, the one that was here first before the others. */
export function readBranches(store: StoreReads, chain: ChainInStore): readonly StoredTip[] {
  const text = store.getTextSync(keys.chainTip(chain))
  return text === undefined ? [] : decodeBranches(text)
}

export function decodeBranches(text: string): StoredTip[] {
  const [seq, id, hlc, ...others]: StoredTips = JSON.parse(text)
  const first: TipValues = [seq, id, hlc]
  return [first, ...others].map(([seq, id, hlc]) => ({ seq, id: commitId(id), hlc: hybridTime(hlc) }))
}

export function writeBranches(chain: ChainName, tips: readonly StoredTip[]): StoreOperation {
  const [first, ...others] = tips.map(({ seq, id, hlc }): TipValues => [seq, id, hlc])
  if (first === undefined) throw new TypeError('A chain that is stored has a tip')
  const stored: StoredTips = [...first, ...others]
  return { type: 'put', key: keys.chainTip(chain), value: JSON.stringify(stored) }
}

/** The branches after a commit was stored that follows `prev`. */
export function withCommit(
  tips: readonly StoredTip[],
  { prev, tip }: { prev: CommitId | undefined; tip: StoredTip }
): readonly StoredTip[] {
  const at = prev === undefined ? -1 : tips.findIndex(({ id }) => id === prev)
  return at === -1 ? [...tips, tip] : tips.with(at, tip)
}

export function keyOfChain(chain: ChainName): StoreKey {
  return keys.chainTip(chain)
}
