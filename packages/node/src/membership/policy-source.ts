import type { PolicyAnswer, PolicyState } from '@hcfs/crdt'

/** The policy as the other rooms of a node see it. */
export interface PolicySource {
  readonly state: PolicyState
  /** Called after what changed it is on the disk. */
  onChanged(listener: (state: PolicyState) => void, options?: { signal?: AbortSignal }): void
  /**
   * Entries behind an epoch: at least one while there are any, and then as many as
   * stay below `bytesMax`. Behind the last entry follow the grants and suspensions
   * that do not stand in the log, as far as there is room.
   */
  entriesAfter(question: { after: number; bytesMax: number }): Promise<PolicyAnswer>
  /** Entries, delegated grants and suspensions, in any order. Throws an `HcfsError` for what nobody may send. */
  take(entries: readonly Uint8Array[]): Promise<void>
}
