import type { CommitId } from '@hcfs/core'
import type { CommitLog } from '../../../packages/node/src/replica/commit-log.ts'
import type { ReceivedCommit } from '../../../packages/node/src/replica/received-commit.ts'
import { bytesOf } from '../../../packages/node/src/replica/received-commit.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { Life } from '../machine/machine.ts'
import { PARKED_BYTES_PER_AUTHOR_MAX } from '../machine/simulated-node.ts'

interface Parked {
  readonly author: string
  readonly bytes: number
}

/** What each life of a node was heard to park, to hold it to its limit. */
export class ParkedCommits {
  readonly #byLife = new WeakMap<Life, Map<CommitId, Parked>>()

  note(life: Life, id: CommitId, received: ReceivedCommit): void {
    const bytes = bytesOf(received)
    const { author } = received.commit.header
    const parked = this.#byLife.get(life) ?? new Map<CommitId, Parked>()
    this.#byLife.set(life, parked.set(id, { author, bytes }))
  }

  /** What has been applied since takes no room. */
  assertBounded(life: Life, log: Pick<CommitLog, 'positionOf'>): void {
    const parked = this.#byLife.get(life) ?? new Map<CommitId, Parked>()
    const sums = new Map<string, number>()
    for (const [id, { author, bytes }] of parked) {
      if (log.positionOf(id) !== undefined) parked.delete(id)
      else sums.set(author, (sums.get(author) ?? 0) + bytes)
    }
    for (const bytes of sums.values()) {
      if (bytes <= PARKED_BYTES_PER_AUTHOR_MAX) continue
      throw new BrokenInvariant('queues-bounded', `${life.machine.name} keeps ${bytes} bytes of one author parked`)
    }
  }
}
