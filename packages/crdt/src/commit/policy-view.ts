import type { CommitId, ContextPath, DeviceId, GrantId, NetworkId } from '@hcfs/core'
import type { ChainPlace } from './commit.ts'

/** The policy as far as it is held here. The same policy gives the same answers everywhere. */
export interface PolicyView {
  readonly network: NetworkId
  /** The newest epoch up to which the policy log is here without a gap. */
  readonly epoch: number

  /** The space that holds a path at an epoch that is here: the deepest prefix declared then. */
  spaceOf(path: ContextPath, epoch: number): ContextPath

  /**
   * Whether a grant gives its subject a right at a path and an epoch that is
   * here. `unknown` when the grant, or one that it was delegated from, is not
   * here yet; that it was taken away later is the business of `cutOf`.
   */
  grantCovers(question: GrantQuestion): 'yes' | 'no' | 'unknown'

  /**
   * Where a chain ends under a grant that was taken away or narrowed, by the
   * newest policy entry that did so. `undefined` while nothing was taken.
   */
  cutOf(question: CutQuestion): ChainEnd | undefined

  /** The newest place of a chain that the owner's node signed as settled. */
  settlementOf(chain: Chain): ChainEnd | undefined
}

export interface GrantQuestion {
  readonly grant: GrantId
  readonly author: DeviceId
  readonly path: ContextPath
  readonly epoch: number
  readonly right: 'write'
}

export interface CutQuestion extends Chain {
  readonly grant: GrantId
}

/** What one author wrote in one life of its data directory in one space. */
export type Chain = Omit<ChainPlace, 'seq'>

/** A commit, and by it the whole chain that leads there. `seq` is 0 and `id` absent where a cut leaves nothing. */
export interface ChainEnd {
  readonly seq: number
  readonly id?: CommitId
}
