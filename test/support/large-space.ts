import type { CommitId, DocId } from '@hcfs/core'
import {
  bytesToHex,
  commitId,
  deviceId,
  grantId,
  hashCbor,
  hybridTime,
  idToBytes,
  networkId,
  parsePath,
  SeededRandom,
  sha256,
  sha256Hex
} from '@hcfs/core'
import type {
  ChainTip,
  CommitsAnswer,
  CommitsQuestion,
  LackingTip,
  PolicyAnswer,
  RowsAnswer,
  RowsQuestion,
  SpaceSummary,
  SyncedCommit,
  SyncSource,
  TrieQuestion
} from '@hcfs/crdt'
import {
  addSum,
  childSums,
  DeviceKey,
  describePayload,
  documentIdOf,
  leafOf,
  prepareEntry,
  SUM_BYTES,
  signCommit,
  subtractSum
} from '@hcfs/crdt'

export const LARGE_NETWORK = networkId(sha256Hex(Uint8Array.of(1)))
export const LARGE_SPACE = parsePath('/large')
const GRANT = grantId(sha256Hex(Uint8Array.of(2)))
/** Everybody holds what this device wrote. */
const ANCESTOR = deviceId(sha256Hex(Uint8Array.of(3)))
const START = 1_790_000_000_000_000

/** Documents that all replicas had when they parted, with the sums of their leaves. Their one head is named like the document. */
export class SharedDocuments {
  readonly ids: readonly DocId[]
  readonly byLeaf: ReadonlyMap<number, readonly DocId[]>
  readonly sums: ReadonlyMap<number, Uint8Array>
  readonly paths: (index: number) => ReturnType<typeof parsePath>

  constructor(count: number) {
    this.paths = (index) => parsePath(`${LARGE_SPACE}/note-${index}`)
    this.ids = Array.from({ length: count }, (_, index) => documentIdOf(LARGE_SPACE, this.paths(index)))
    const byLeaf = new Map<number, DocId[]>()
    for (const id of this.ids) byLeaf.set(leafOf(id), [...(byLeaf.get(leafOf(id)) ?? []), id])
    for (const ids of byLeaf.values()) ids.sort()
    this.byLeaf = byLeaf
    this.sums = new Map([...byLeaf].map(([leaf, ids]) => [leaf, sumOf(ids.map((id) => elementOf(id, sharedHead(id))))]))
  }
}

export interface LargeSpaceOptions {
  readonly documents: SharedDocuments
  /** More than a thousand lead down the trie. */
  readonly chains: number
}

/**
 * A replica with a million documents in little memory: those that everybody has
 * are shared, and only what was written since is real. Documents are never added.
 */
export class LargeSpace implements SyncSource {
  readonly #options: LargeSpaceOptions
  readonly #sums: Map<number, Uint8Array>
  readonly #heads = new Map<DocId, ChainTip>()
  readonly #commits = new Map<CommitId, SyncedCommit>()
  readonly #tips = new Map<string, ChainTip>()
  readonly #root = new Uint8Array(SUM_BYTES)

  constructor(options: LargeSpaceOptions) {
    this.#options = options
    this.#sums = new Map(options.documents.sums)
    for (const sum of this.#sums.values()) addSum(this.#root, sum)
  }

  /** For drivers of sessions in tests. */
  readonly policyEntries: Uint8Array[] = []

  get heldCount(): number {
    return this.#commits.size
  }

  missing(): CommitId[] {
    return []
  }

  add(...commits: readonly SyncedCommit[]): void {
    for (const each of commits) {
      const { id, header, entries } = each.commit
      const tip = { author: header.author, incarnation: header.incarnation, seq: header.seq, id }
      this.#commits.set(id, each)
      this.#tips.set(header.author, tip)
      for (const { path } of entries) this.#setHead(documentIdOf(LARGE_SPACE, path), tip)
    }
  }

  async summary(): Promise<SpaceSummary> {
    const { documents, chains } = this.#options
    return { epoch: 1, root: this.#root.slice(), count: documents.ids.length, chains }
  }

  async frontier(): Promise<ChainTip[]> {
    const others = Array.from({ length: this.#options.chains - this.#tips.size }, (_, incarnation) => ({
      ...sharedHead(this.#options.documents.ids[0]!),
      incarnation
    }))
    return [...others, ...this.#tips.values()]
  }

  async sums(question: TrieQuestion): Promise<Uint8Array[]> {
    return childSums(question, (leaf) => this.#sums.get(leaf))
  }

  async rows({ leaves, after, rowsMax }: RowsQuestion): Promise<RowsAnswer> {
    const ids = leaves
      .flatMap((leaf) => this.#options.documents.byLeaf.get(leaf) ?? [])
      .filter((id) => after === undefined || id > after)
    const rows = ids.slice(0, rowsMax).map((id) => ({
      docId: id,
      digest: bytesToHex(elementOf(id, this.#headOf(id))).slice(0, 32)
    }))
    return { rows, isComplete: rows.length === ids.length }
  }

  async heads(docs: readonly DocId[]): Promise<ChainTip[][]> {
    return docs.map((id) => [this.#headOf(id)])
  }

  async lacking(tips: readonly ChainTip[]): Promise<LackingTip[]> {
    const lacking = tips.filter(({ author, id }) => author !== ANCESTOR && !this.#commits.has(id))
    return lacking.map((tip) => ({ tip, heldSeq: this.#tips.get(tip.author)?.seq ?? 0 }))
  }

  async places(): Promise<ChainTip[]> {
    return []
  }

  async commits({ selection, after, bytesMax }: CommitsQuestion): Promise<CommitsAnswer> {
    const wanted = [...this.#commits.values()].filter(({ commit: { header } }) => {
      if (after !== undefined && header.hlc <= after.hlc) return false
      if (selection === 'all') return true
      return selection.some(
        ({ after: from, tip }) => tip.author === header.author && header.seq > from && header.seq <= tip.seq
      )
    })
    wanted.sort((left, right) => left.commit.header.hlc - right.commit.header.hlc)
    let bytes = 0
    const fitting = wanted.filter((each, index) => {
      bytes += 400 + (each.payloads[0]?.length ?? 0)
      return index === 0 || bytes <= bytesMax
    })
    return { commits: fitting, isLast: fitting.length === wanted.length }
  }

  async policy(): Promise<PolicyAnswer> {
    return { entries: [], epoch: 1, isLast: true }
  }

  #headOf(id: DocId): ChainTip {
    return this.#heads.get(id) ?? sharedHead(id)
  }

  #setHead(id: DocId, tip: ChainTip): void {
    const before = elementOf(id, this.#headOf(id))
    const now = elementOf(id, tip)
    const sum = Uint8Array.from(this.#sums.get(leafOf(id)) ?? new Uint8Array(SUM_BYTES))
    for (const each of [sum, this.#root]) {
      subtractSum(each, before)
      addSum(each, now)
    }
    this.#sums.set(leafOf(id), sum)
    this.#heads.set(id, tip)
  }
}

export interface EditsOptions {
  readonly documents: SharedDocuments
  readonly count: number
  readonly devices: number
  readonly payloadBytes: number
  /** Of other devices and other documents for each number below the distance of two edited documents. @default 0 */
  readonly group?: number
}

/** One commit for each of `count` documents, by devices that take turns. */
export function editsOf({ documents, count, devices, payloadBytes, group = 0 }: EditsOptions): SyncedCommit[] {
  const random = new SeededRandom(5 + group)
  const keys = Array.from({ length: devices }, () => DeviceKey.generate(random))
  const last: SyncedCommit[] = []
  return Array.from({ length: count }, (_, index) => {
    const device = index % devices
    const at = Math.floor((index * documents.ids.length) / count) + group
    const payload = random.bytes(payloadBytes)
    const prev = last[device]?.commit
    const entry = {
      path: documents.paths(at),
      kind: 'update' as const,
      grant: GRANT,
      deps: [sharedHead(documents.ids[at]!).id],
      clients: [{ session: 0, clock: index, len: 1 }],
      ...describePayload(payload)
    }
    const place = prev === undefined ? { seq: 1 } : { seq: prev.header.seq + 1, prev: prev.id }
    const header = {
      network: LARGE_NETWORK,
      space: LARGE_SPACE,
      incarnation: 1,
      ...place,
      epoch: 1,
      hlc: hybridTime(START + index)
    }
    const written = {
      commit: signCommit({ header, entries: [prepareEntry(entry)] }, keys[device]!),
      payloads: [payload]
    }
    last[device] = written
    return written
  })
}

function sharedHead(id: DocId): ChainTip {
  return { author: ANCESTOR, incarnation: 0, seq: 1, id: commitId(id) }
}

function elementOf(id: DocId, head: ChainTip): Uint8Array {
  return head.author === ANCESTOR ? sha256(idToBytes(id)) : hashCbor([idToBytes(id), idToBytes(head.id)])
}

function sumOf(elements: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(SUM_BYTES)
  for (const element of elements) addSum(sum, element)
  return sum
}
