import type { CommitId, DeviceId } from '../ids/ids.ts'
import type { CallOptions } from './contexts-api.ts'

/** How long the history of a space is wanted, in milliseconds, by the path of the space. Spaces that are not named keep everything. */
export type Retention = Readonly<Record<string, number>>

/** The newest commit of one chain that is older than what is wanted. */
export interface HorizonTip {
  readonly author: DeviceId
  readonly incarnation: number
  readonly seq: number
  readonly commit: CommitId
}

/**
 * What a horizon could lie at: nothing below it is wanted by the retention of the
 * space. It is a proposal: history is dropped only below a horizon that the
 * network's owner has signed.
 */
export interface HorizonProposal {
  readonly space: string
  readonly keepMs: number
  /** ISO 8601. Everything in the proposal was written up to then. */
  readonly olderThan: string
  readonly commits: number
  readonly bytes: number
  readonly frontier: readonly HorizonTip[]
}

export interface HorizonApi {
  /** Reads the headers of the whole log: for the asking, not for a status page. */
  proposedHorizons(options?: CallOptions): AsyncIterable<HorizonProposal>
}
