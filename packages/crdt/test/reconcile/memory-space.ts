import type { CommitId, ContextPath, DocId } from '@hcfs/core'
import { bytesToHex, hashCbor, idToBytes } from '@hcfs/core'
import { documentIdOf } from '../../src/document/ids.ts'
import type { ChainTip } from '../../src/policy/frontier.ts'
import type {
  ChainRange,
  CommitPlace,
  CommitsAnswer,
  CommitsQuestion,
  LackingTip,
  PolicyAnswer,
  RowsAnswer,
  RowsQuestion,
  SpaceSummary,
  SyncedCommit,
  SyncRow,
  SyncSource,
  TrieQuestion
} from '../../src/reconcile/sync-source.ts'
import { addSum, childSums, leafOf, SUM_BYTES } from '../../src/reconcile/trie-sums.ts'

export interface MemorySpaceOptions {
  readonly space: ContextPath
  /** How many chains it says that it has; more than a thousand lead down the trie. */
  readonly chainsSaid?: number
}

/**
 * A replica of one space that is nothing but a set of commits: every answer is
 * computed anew from all of them. It takes a commit when what that is built on
 * is here and parks it otherwise; it judges nothing.
 */
export class MemorySpace implements SyncSource {
  readonly space: ContextPath
  readonly #chainsSaid: number | undefined
  readonly #held = new Map<CommitId, SyncedCommit>()
  readonly #parked = new Map<CommitId, SyncedCommit>()
  readonly policyEntries: Uint8Array[] = [Uint8Array.of(0)]
  /** Contexts that this replica shows otherwise than others with the same heads. */
  readonly wrongContents = new Set<DocId>()
  /** Contexts of which this replica takes every commit for a head. */
  readonly wrongHeads = new Set<DocId>()

  constructor({ space, chainsSaid }: MemorySpaceOptions) {
    this.space = space
    this.#chainsSaid = chainsSaid
  }

  get ids(): CommitId[] {
    return [...this.#held.keys()].sort()
  }

  get parkedCount(): number {
    return this.#parked.size
  }

  times(): number[] {
    return [...this.#held.values()].map(({ commit }) => commit.header.hlc)
  }

  add(...commits: readonly SyncedCommit[]): void {
    for (const each of commits) if (!this.#held.has(each.commit.id)) this.#parked.set(each.commit.id, each)
    while (this.#applyParked());
  }

  /** All that parked commits wait for. */
  missing(): CommitId[] {
    const parents = [...this.#parked.values()].flatMap(({ commit }) => parentsOf({ commit }))
    return [...new Set(parents)].filter((id) => !this.#held.has(id) && !this.#parked.has(id))
  }

  headsOf(docId: DocId): ChainTip[] {
    const entries = [...this.#held.values()].filter(({ commit }) => docsOf(this.space, commit).includes(docId))
    const past = new Set(
      entries.flatMap(({ commit }) =>
        commit.entries.flatMap(({ path, deps }) => (documentIdOf(this.space, path) === docId ? deps : []))
      )
    )
    return entries
      .flatMap(({ commit }) => (past.has(commit.id) && !this.wrongHeads.has(docId) ? [] : [tipOf(commit)]))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async summary(): Promise<SpaceSummary> {
    const root = new Uint8Array(SUM_BYTES)
    const docs = this.#docs()
    for (const docId of docs) addSum(root, this.#element(docId))
    const chains = this.#chainsSaid ?? (await this.frontier()).length
    return { epoch: this.policyEntries.length, root, count: docs.length, chains }
  }

  async frontier(): Promise<ChainTip[]> {
    const followed = new Set([...this.#held.values()].map(({ commit }) => commit.header.prev))
    return [...this.#held.values()].flatMap(({ commit }) => (followed.has(commit.id) ? [] : [tipOf(commit)]))
  }

  async sums(question: TrieQuestion): Promise<Uint8Array[]> {
    const leaves = new Map<number, Uint8Array>()
    for (const docId of this.#docs()) {
      const leaf = leaves.get(leafOf(docId)) ?? new Uint8Array(SUM_BYTES)
      addSum(leaf, this.#element(docId))
      leaves.set(leafOf(docId), leaf)
    }
    return childSums(question, (leaf) => leaves.get(leaf))
  }

  async rows({ leaves, after, rowsMax, withContents }: RowsQuestion): Promise<RowsAnswer> {
    const docs = this.#docs().filter(
      (docId) => leaves.includes(leafOf(docId)) && (after === undefined || docId > after)
    )
    const rows = docs.slice(0, rowsMax).map((docId): SyncRow => {
      const element = bytesToHex(this.#element(docId))
      const content = bytesToHex(hashCbor([element, this.wrongContents.has(docId)]))
      return { docId, digest: element.slice(0, 32), ...(withContents && { content }) }
    })
    return { rows, isComplete: rows.length === docs.length }
  }

  async heads(docs: readonly DocId[]): Promise<ChainTip[][]> {
    return docs.map((docId) => this.headsOf(docId))
  }

  async lacking(tips: readonly ChainTip[]): Promise<LackingTip[]> {
    const own = new Map<string, number>()
    for (const tip of await this.frontier()) own.set(chainOf(tip), Math.max(tip.seq, own.get(chainOf(tip)) ?? 0))
    return tips.flatMap((tip) => (this.#held.has(tip.id) ? [] : [{ tip, heldSeq: own.get(chainOf(tip)) ?? 0 }]))
  }

  async places(ids: readonly CommitId[]): Promise<ChainTip[]> {
    return ids.flatMap((id) => {
      const held = this.#held.get(id)
      return held === undefined ? [] : [tipOf(held.commit)]
    })
  }

  async commits({ selection, after, bytesMax }: CommitsQuestion): Promise<CommitsAnswer> {
    const chosen = selection === 'all' ? [...this.#held.values()] : this.#onRanges(selection)
    const rest = chosen.filter((each) => after === undefined || comparePlaces(placeOf(each), after) > 0)
    rest.sort((left, right) => comparePlaces(placeOf(left), placeOf(right)))
    let bytes = 0
    const fitting = rest.filter((each, index) => {
      bytes += bytesOf(each)
      return index === 0 || bytes <= bytesMax
    })
    return { commits: fitting, isLast: fitting.length === rest.length }
  }

  async policy({ after }: { after: number }): Promise<PolicyAnswer> {
    return { entries: this.policyEntries.slice(after), epoch: this.policyEntries.length, isLast: true }
  }

  #docs(): DocId[] {
    return [...new Set([...this.#held.values()].flatMap(({ commit }) => docsOf(this.space, commit)))].sort()
  }

  #element(docId: DocId): Uint8Array {
    return hashCbor([idToBytes(docId), this.headsOf(docId).map(({ id }) => idToBytes(id)), false])
  }

  #onRanges(ranges: readonly ChainRange[]): SyncedCommit[] {
    const chosen = new Map<CommitId, SyncedCommit>()
    for (const { after, tip } of ranges) {
      let each = this.#held.get(tip.id)
      while (each !== undefined && each.commit.header.seq > after) {
        chosen.set(each.commit.id, each)
        each = each.commit.header.prev === undefined ? undefined : this.#held.get(each.commit.header.prev)
      }
    }
    return [...chosen.values()]
  }

  #applyParked(): boolean {
    const ready = [...this.#parked.values()].filter((each) => parentsOf(each).every((id) => this.#held.has(id)))
    for (const each of ready) {
      this.#parked.delete(each.commit.id)
      this.#held.set(each.commit.id, each)
    }
    return ready.length > 0
  }
}

export function tipOf({ id, header: { author, incarnation, seq } }: SyncedCommit['commit']): ChainTip {
  return { author, incarnation, seq, id }
}

function parentsOf({ commit }: Pick<SyncedCommit, 'commit'>): CommitId[] {
  const { prev } = commit.header
  return [...(prev === undefined ? [] : [prev]), ...commit.entries.flatMap(({ deps }) => deps)]
}

function docsOf(space: ContextPath, { entries }: SyncedCommit['commit']): DocId[] {
  return entries.map(({ path }) => documentIdOf(space, path))
}

function chainOf({ author, incarnation }: ChainTip): string {
  return `${author}${incarnation}`
}

function placeOf({ commit }: SyncedCommit): CommitPlace {
  return { hlc: commit.header.hlc, id: commit.id }
}

function comparePlaces(left: CommitPlace, right: CommitPlace): number {
  return left.hlc - right.hlc || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}

function bytesOf({ commit, payloads }: SyncedCommit): number {
  const parts = [commit.headerBytes, ...commit.entryBytes, ...payloads]
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0)
}
