import type { CommitId, ContextPath } from '@hcfs/core'
import type { ChainRange, CommitPlace, CommitsAnswer, SignedHeader, SyncedCommit } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'

import { bytesOfCommit, readCommit } from './read-commit.ts'
import type { ReplicatedState } from './replicated-state.ts'

export interface CursorQuestion {
  readonly space: ContextPath
  readonly ranges: readonly ChainRange[]
  readonly after?: CommitPlace
}

/** Headers that are read before others get a turn: about 2 ms. */
const READS_PER_TURN = 256
/** Instead of the time of a commit that was given already. */
const SKIPPED = -1

/**
 * The commits of some parts of chains in the order of streams: by time, then by id.
 *
 * 1. Each comes once, however the parts overlap.
 * 2. Its memory is two numbers a commit; commits are read when they are given.
 * 3. A range that names a commit which is not here, or not that of its chain, is empty.
 *
 * Chains are walked from their tips backwards, which needs no index. Where a
 * void commit is dated before the one it follows, sorting still puts it where
 * the receiver expects it.
 */
export class CommitCursor {
  readonly #state: ReplicatedState
  readonly #positions: Float64Array
  #next = 0

  private constructor(state: ReplicatedState, positions: Float64Array) {
    this.#state = state
    this.#positions = positions
  }

  static async open(state: ReplicatedState, question: CursorQuestion): Promise<CommitCursor> {
    const found = await walkRanges(state, question)
    return new CommitCursor(state, inStreamOrder(state, found))
  }

  /** At least one while there are any, and then as many as stay below `bytesMax`. */
  take(bytesMax: number): CommitsAnswer {
    const commits: SyncedCommit[] = []
    let bytes = 0
    while (this.#next < this.#positions.length) {
      const commit = readCommit(this.#state.log, this.#positions[this.#next]!)
      bytes += bytesOfCommit(commit)
      if (commits.length > 0 && bytes > bytesMax) break
      commits.push(commit)
      this.#next += 1
    }
    return { commits, isLast: this.#next === this.#positions.length }
  }
}

interface Found {
  readonly positions: readonly number[]
  readonly times: readonly number[]
}

async function walkRanges({ store, log, changes }: ReplicatedState, question: CursorQuestion): Promise<Found> {
  const { space, ranges, after } = question
  const found = new Map<number, number>()
  let reads = 0
  // What reaches furthest back first: a later range ends where it meets an earlier one.
  for (const { after: afterSeq, tip } of ranges.toSorted((left, right) => left.after - right.after)) {
    let id: CommitId | undefined = tip.id
    while (id !== undefined) {
      const position = log.positionOf(id)
      if (position === undefined || position > changes.position || found.has(position)) break
      const { header }: SignedHeader = log.header(position)
      const isOfChain = header.author === tip.author && header.incarnation === tip.incarnation && header.space === space
      if (!isOfChain || header.seq <= afterSeq) break
      found.set(position, isBehind({ hlc: header.hlc, id }, after) ? header.hlc : SKIPPED)
      id = header.prev
      reads += 1
      // A read that is awaited lets everybody else run.
      if (reads % READS_PER_TURN === 0) await store.get(keys.meta('counts'))
    }
  }
  const wanted = [...found].filter(([, hlc]) => hlc !== SKIPPED)
  return { positions: wanted.map(([position]) => position), times: wanted.map(([, hlc]) => hlc) }
}

function inStreamOrder({ log }: ReplicatedState, { positions, times }: Found): Float64Array {
  const order = positions.map((_, index) => index)
  order.sort((left, right) => {
    if (times[left] !== times[right]) return times[left]! - times[right]!
    return log.header(positions[left]!).id < log.header(positions[right]!).id ? -1 : 1
  })
  return Float64Array.from(order, (index) => positions[index]!)
}

function isBehind(place: CommitPlace, other: CommitPlace | undefined): boolean {
  if (other === undefined) return true
  return place.hlc === other.hlc ? place.id > other.id : place.hlc > other.hlc
}
