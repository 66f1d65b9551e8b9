import type { CommitId, Logger, ParkedStatus } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { StoreReads } from '../storage/ordered-store.ts'
import type { ParkedCount } from './parked-commits.ts'
import type { ReceivedCommit, ReceiveOutcome } from './received-commit.ts'
import type { Replica } from './replica.ts'

export interface ReplicaStandingComponents {
  readonly replica: Pick<Replica, 'parked' | 'missing' | 'receiveCommits'> & {
    readonly changes: { readonly position: number }
  }
  readonly store: StoreReads
  readonly log: Logger
  /** Told when something is in the way that was not, or no longer. */
  readonly onChanged: () => void
}

/**
 * What keeps this replica from holding more than it does. Stands before the replica where
 * commits of others come in, and sees there whether the disk takes them.
 */
export class ReplicaStanding {
  readonly #components: ReplicaStandingComponents
  #isDiskFull = false
  #voidCount = 0
  #countedAt = -1

  constructor(components: ReplicaStandingComponents) {
    this.#components = components
  }

  async receiveCommits(commits: readonly ReceivedCommit[]): Promise<readonly ReceiveOutcome[]> {
    try {
      const outcomes = await this.#components.replica.receiveCommits(commits)
      if (outcomes.some(({ outcome }) => outcome === 'applied')) this.#setDiskFull(false)
      return outcomes
    } catch (error) {
      if (hasErrorCode(error, 'STORAGE_FULL')) this.#setDiskFull(true)
      throw error
    }
  }

  missing(): readonly CommitId[] {
    return this.#components.replica.missing()
  }

  /** Of all spaces: what is parked is not known to belong anywhere before it is judged. */
  current(): { readonly parked: readonly ParkedStatus[]; readonly isDiskFull: boolean; readonly voidCount: number } {
    const { replica, log } = this.#components
    this.#countVoids().catch((error: unknown) => log.debug('voids-not-counted', { error }))
    return { parked: replica.parked().map(parkedStatusOf), isDiskFull: this.#isDiskFull, voidCount: this.#voidCount }
  }

  /** Void commits are few; they are counted again when the log has grown. */
  async #countVoids(): Promise<void> {
    const { replica, store, onChanged } = this.#components
    const { position } = replica.changes
    if (position === this.#countedAt) return
    this.#countedAt = position
    let count = 0
    for await (const chunk of store.scanKeys(keys.family('verdict'))) count += chunk.length
    if (count === this.#voidCount) return
    this.#voidCount = count
    onChanged()
  }

  #setDiskFull(isFull: boolean): void {
    if (isFull === this.#isDiskFull) return
    this.#isDiskFull = isFull
    this.#components.onChanged()
  }
}

/** In the words that people are shown. */
function parkedStatusOf({ author, count, reason }: ParkedCount): ParkedStatus {
  return { author, count, reason: REASONS[reason] }
}

const REASONS: Readonly<Record<ParkedCount['reason'], ParkedStatus['reason']>> = {
  'parents-missing': 'parent',
  'payloads-missing': 'payload',
  'epoch-missing': 'policy',
  'grants-missing': 'policy',
  'format-unknown': 'policy',
  'clock-ahead': 'clock-ahead'
}
