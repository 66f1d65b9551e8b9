import type { CommitId, DeviceId } from '@hcfs/core'
import type { Awaited, CommitVerdict } from '@hcfs/crdt'
import type { ReceivedCommit } from './received-commit.ts'
import { bytesOf } from './received-commit.ts'

export type ParkedVerdict = Extract<CommitVerdict, { verdict: 'park' }>

/** How many commits of one author wait for the same kind of thing. */
export interface ParkedCount {
  readonly author: DeviceId
  readonly count: number
  readonly reason: Awaited['reason']
}

interface Parked {
  readonly received: ReceivedCommit
  readonly verdict: ParkedVerdict
}

/**
 * Commits for which something is missing, in memory. Of each author only so many
 * bytes are kept, and what came last goes first: the oldest applies first.
 */
export class ParkedCommits {
  readonly #bytesPerAuthorMax: number
  readonly #parked = new Map<CommitId, Parked>()
  readonly #bytes = new Map<DeviceId, number>()

  constructor({ bytesPerAuthorMax }: { bytesPerAuthorMax: number }) {
    this.#bytesPerAuthorMax = bytesPerAuthorMax
  }

  get count(): number {
    return this.#parked.size
  }

  has(id: CommitId): boolean {
    return this.#parked.has(id)
  }

  /** False when there is no room. A second time, with other payloads, it takes the place of the first. */
  add(received: ReceivedCommit, verdict: ParkedVerdict): boolean {
    const { id, header } = received.commit
    const known = this.#parked.get(id)
    const freed = known === undefined ? 0 : bytesOf(known.received)
    const bytes = (this.#bytes.get(header.author) ?? 0) + bytesOf(received) - freed
    if (bytes > this.#bytesPerAuthorMax) return known !== undefined
    this.#parked.set(id, { received, verdict })
    this.#bytes.set(header.author, bytes)
    return true
  }

  delete(id: CommitId): void {
    const parked = this.#parked.get(id)
    if (parked === undefined) return
    this.#parked.delete(id)
    const { author } = parked.received.commit.header
    const bytes = (this.#bytes.get(author) ?? 0) - bytesOf(parked.received)
    if (bytes > 0) this.#bytes.set(author, bytes)
    else this.#bytes.delete(author)
  }

  /**
   * Those for which nothing may be missing any more, in causal order: what builds on another commit is dated later.
   * What follows another parked one is tried with it.
   */
  worthTrying(isHere: (id: CommitId) => boolean): ReceivedCommit[] {
    const tried = new Set<CommitId>()
    const all = [...this.#parked.values()].sort((a, b) => a.received.commit.header.hlc - b.received.commit.header.hlc)
    return all.flatMap(({ received, verdict }) => {
      const waitsForOthers =
        verdict.reason === 'payloads-missing' ||
        (verdict.reason === 'parents-missing' && !verdict.waitingFor.every((id) => tried.has(id) || isHere(id)))
      if (waitsForOthers) return []
      tried.add(received.commit.id)
      return [received]
    })
  }

  /** The commits that others wait for, as far as nobody has handed them over. */
  missing(): CommitId[] {
    const missing = new Set<CommitId>()
    for (const { verdict } of this.#parked.values()) {
      if (verdict.reason !== 'parents-missing') continue
      for (const id of verdict.waitingFor) if (!this.#parked.has(id)) missing.add(id)
    }
    return [...missing]
  }

  counts(): ParkedCount[] {
    const counts = new Map<string, ParkedCount>()
    for (const { received, verdict } of this.#parked.values()) {
      const { author } = received.commit.header
      const key = `${author}${verdict.reason}`
      const count = (counts.get(key)?.count ?? 0) + 1
      counts.set(key, { author, reason: verdict.reason, count })
    }
    return [...counts.values()]
  }
}
