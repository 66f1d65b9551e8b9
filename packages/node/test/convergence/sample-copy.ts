import type { CommitId, DeviceId } from '@hcfs/core'
import { hybridTime, ROOT_PATH } from '@hcfs/core'
import type { ChainTip, CommitHeader } from '@hcfs/crdt'
import type { FateLog } from '../../src/convergence/commit-fate.ts'
import type { HeldCopy } from '../../src/convergence/durable-tips.ts'
import { ChangeSignal } from '../../src/replica/change-signal.ts'
import { commitNumber, NETWORK } from './frontier-samples.ts'

/** Commits without contents, as a replica keeps them. */
export class SampleCopy implements HeldCopy {
  readonly changes = new ChangeSignal(0)
  readonly #commits: { readonly id: CommitId; readonly header: CommitHeader }[] = []
  readonly voids = new Map<number, ReadonlyMap<number, { readonly reason: string }>>()
  readonly log: HeldCopy['log'] & FateLog = {
    positionOf: (id) => {
      const index = this.#commits.findIndex((commit) => commit.id === id)
      return index === -1 ? undefined : index + 1
    },
    header: (position) => this.#commits[position - 1]!,
    voidsAt: (position) => this.voids.get(position) ?? new Map()
  }

  /** Appends to a chain; on the disk at once unless it is told otherwise. */
  write(
    author: DeviceId,
    { atMs = 0, isDurable = true, branch = 0, after = this.#last(author) }: WriteOptions = {}
  ): CommitId {
    const seq = (after?.header.seq ?? 0) + 1
    const id = commitNumber(Number.parseInt(author.slice(2, 4), 16), seq, branch)
    this.#commits.push({ id, header: headerOf({ author, seq, prev: after?.id, atMs }) })
    if (isDurable) this.sync()
    return id
  }

  sync(): void {
    this.changes.advance(this.#commits.length)
  }

  fetch(from: SampleCopy): void {
    for (const commit of from.#commits) if (this.log.positionOf(commit.id) === undefined) this.#commits.push(commit)
    this.sync()
  }

  find(id: CommitId) {
    return this.#commits.find((commit) => commit.id === id)
  }

  async tipsOf(): Promise<readonly ChainTip[]> {
    const followed = new Set(this.#commits.map(({ header }) => header.prev))
    return this.#commits
      .filter(({ id }) => !followed.has(id))
      .map(({ id, header: { author, incarnation, seq } }) => ({ author, incarnation, seq, id }))
  }

  #last(author: DeviceId) {
    return this.#commits.findLast(({ header }) => header.author === author)
  }
}

interface WriteOptions {
  readonly atMs?: number
  readonly isDurable?: boolean
  readonly branch?: number
  readonly after?: { readonly id: CommitId; readonly header: CommitHeader } | undefined
}

function headerOf({
  author,
  seq,
  prev,
  atMs
}: {
  author: DeviceId
  seq: number
  prev: CommitId | undefined
  atMs: number
}): CommitHeader {
  return {
    network: NETWORK,
    space: ROOT_PATH,
    author,
    incarnation: 1,
    seq,
    ...(prev !== undefined && { prev }),
    epoch: 0,
    hlc: hybridTime(atMs * 1_000),
    entriesRoot: '0'.repeat(64),
    entryCount: 1
  }
}
