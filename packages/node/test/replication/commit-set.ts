import type { CommitId, DocId } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import type { ChainRange, ChainTip, SyncedCommit } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'

/** Commits of the outermost space, and what follows from nothing but them: every answer looks at all of them. */
export class CommitSet {
  readonly #commits: readonly SyncedCommit[]

  constructor(commits: readonly SyncedCommit[]) {
    this.#commits = commits
  }

  frontier(): ChainTip[] {
    const followed = new Set(this.#commits.map(({ commit }) => commit.header.prev))
    return this.#commits.flatMap(({ commit }) => (followed.has(commit.id) ? [] : [tipOf(commit)]))
  }

  docs(): DocId[] {
    const all = this.#commits.flatMap(({ commit }) => commit.entries.map(({ path }) => documentIdOf(ROOT_PATH, path)))
    return [...new Set(all)].sort()
  }

  heads(docId: DocId): ChainTip[] {
    const entries = this.#commits.flatMap(({ commit }) =>
      commit.entries.filter(({ path }) => documentIdOf(ROOT_PATH, path) === docId).map((entry) => ({ commit, entry }))
    )
    const past = new Set(entries.flatMap(({ entry }) => entry.deps))
    const heads = entries.filter(({ commit }) => !past.has(commit.id)).map(({ commit }) => tipOf(commit))
    return heads.sort((left, right) => (left.id < right.id ? -1 : 1))
  }

  /** In the order of streams; without ranges everything. */
  stream(ranges: readonly ChainRange[]): CommitId[] {
    const inRange = ({ header }: SyncedCommit['commit']): boolean =>
      ranges.some(
        ({ after, tip }) =>
          tip.author === header.author &&
          tip.incarnation === header.incarnation &&
          header.seq > after &&
          header.seq <= tip.seq
      )
    const chosen = this.#commits.filter(({ commit }) => ranges.length === 0 || inRange(commit))
    return chosen
      .toSorted((left, right) => {
        const hlcs = left.commit.header.hlc - right.commit.header.hlc
        return hlcs === 0 ? (left.commit.id < right.commit.id ? -1 : 1) : hlcs
      })
      .map(({ commit }) => commit.id)
  }
}

export function tipOf({ id, header: { author, incarnation, seq } }: SyncedCommit['commit']): ChainTip {
  return { author, incarnation, seq, id }
}
