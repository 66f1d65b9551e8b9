import type { CommitId, ContextPath, DocId } from '@hcfs/core'
import { bytesToHex, canonicalContent, sha256Hex } from '@hcfs/core'
import type {
  ChainTip,
  CommitsAnswer,
  CommitsQuestion,
  LackingTip,
  PolicyAnswer,
  RowsAnswer,
  RowsQuestion,
  SpaceSummary,
  SyncRow,
  SyncSource,
  TrieQuestion
} from '@hcfs/crdt'
import { childSums } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { elementOf } from '../replica/row-updater.ts'
import { CommitCursor } from './commit-cursor.ts'
import type { ReplicatedState } from './replicated-state.ts'
import { StoredDocuments } from './stored-documents.ts'

export interface ReplicaSyncSourceComponents {
  readonly state: ReplicatedState
  readonly policy: Pick<PolicySource, 'state' | 'entriesAfter'>
}

export interface ReplicaSyncSourceOptions {
  readonly space: ContextPath
  /** Ends what waits for the disk. */
  readonly signal: AbortSignal
}

/** Of the digest that rows carry, in hexadecimal. */
const DIGEST_DIGITS = 32

/** A stream that is being given. */
interface OpenStream {
  readonly selection: CommitsQuestion['selection']
  readonly cursor: CommitCursor
  given: CommitId | undefined
}

/**
 * What one session reads of the copy of one space that this node holds.
 *
 * 1. A commit is named or given only once it is on the disk: what cannot be
 *    told yet is waited for. Sums may run ahead; they name nothing.
 * 2. Memory: two numbers for each commit of the stream that is being given.
 *
 * Serves one session: it remembers how far the last stream has come.
 */
export class ReplicaSyncSource implements SyncSource {
  readonly #state: ReplicatedState
  readonly #policy: ReplicaSyncSourceComponents['policy']
  readonly #documents: StoredDocuments
  readonly #space: ContextPath
  readonly #signal: AbortSignal
  #stream: OpenStream | undefined

  constructor({ state, policy }: ReplicaSyncSourceComponents, { space, signal }: ReplicaSyncSourceOptions) {
    this.#state = state
    this.#policy = policy
    this.#documents = new StoredDocuments(state, space)
    this.#space = space
    this.#signal = signal
  }

  async summary(): Promise<SpaceSummary> {
    const { sum, count } = this.#state.fingerprintsOf(this.#space).root()
    return { epoch: this.#policy.state.epoch, root: sum, count, chains: this.#state.tipsOf(this.#space).length }
  }

  async frontier(): Promise<readonly ChainTip[]> {
    return this.#state.tipsOf(this.#space)
  }

  async sums(question: TrieQuestion): Promise<readonly Uint8Array[]> {
    const trie = this.#state.fingerprintsOf(this.#space)
    return childSums(question, (leaf) => trie.sumOf(leaf))
  }

  async rows({ leaves, after, rowsMax, withContents }: RowsQuestion): Promise<RowsAnswer> {
    const rows: SyncRow[] = []
    for (const leaf of leaves) {
      for await (const row of this.#documents.inLeaf(leaf, after)) {
        if (rows.length === rowsMax) return { rows, isComplete: false }
        rows.push(this.#syncRow(row, withContents))
      }
    }
    return { rows, isComplete: true }
  }

  async heads(docs: readonly DocId[]): Promise<readonly (readonly ChainTip[])[]> {
    const heads: ChainTip[][] = []
    for (const docId of docs) {
      const row = await this.#documents.row(docId)
      const tips: ChainTip[] = []
      for (const id of row?.heads ?? []) {
        const position = await this.#durable(id)
        if (position !== undefined) tips.push(this.#tipAt(position))
      }
      heads.push(tips)
    }
    return heads
  }

  async lacking(tips: readonly ChainTip[]): Promise<readonly LackingTip[]> {
    const lacking = tips.filter(({ id }) => this.#state.log.positionOf(id) === undefined)
    if (lacking.length === 0) return []
    const held = new Map<string, number>()
    for (const tip of this.#state.tipsOf(this.#space)) {
      held.set(chainOf(tip), Math.max(tip.seq, held.get(chainOf(tip)) ?? 0))
    }
    return lacking.map((tip) => ({ tip, heldSeq: held.get(chainOf(tip)) ?? 0 }))
  }

  async places(ids: readonly CommitId[]): Promise<readonly ChainTip[]> {
    const tips: ChainTip[] = []
    for (const id of ids) {
      const position = await this.#durable(id)
      // Ids are not secret, and a commit of another space is nothing that this peer may hear of.
      const isHere = position !== undefined && this.#state.log.header(position).header.space === this.#space
      if (isHere) tips.push(this.#tipAt(position))
    }
    return tips
  }

  async commits({ selection, after, bytesMax }: CommitsQuestion): Promise<CommitsAnswer> {
    const stream = await this.#streamOf(selection, after)
    const answer = stream.cursor.take(bytesMax)
    stream.given = answer.commits.at(-1)?.commit.id
    this.#stream = answer.isLast ? undefined : stream
    return answer
  }

  policy(question: { readonly after: number; readonly bytesMax: number }): Promise<PolicyAnswer> {
    return this.#policy.entriesAfter(question)
  }

  /** The stream that the last question was about, or another. */
  async #streamOf(selection: CommitsQuestion['selection'], after: CommitsQuestion['after']): Promise<OpenStream> {
    const open = this.#stream
    if (open !== undefined && open.selection === selection && open.given === after?.id) return open
    const ranges = selection === 'all' ? this.#state.tipsOf(this.#space).map((tip) => ({ after: 0, tip })) : selection
    const question = { space: this.#space, ranges, ...(after !== undefined && { after }) }
    return { selection, cursor: await CommitCursor.open(this.#state, question), given: undefined }
  }

  /** The position of a commit that is here, once it is on the disk. */
  async #durable(id: CommitId): Promise<number | undefined> {
    const { log, changes } = this.#state
    const position = log.positionOf(id)
    if (position !== undefined) await changes.waitBeyond(position - 1, this.#signal)
    return position
  }

  #tipAt(position: number): ChainTip {
    const { id, header } = this.#state.log.header(position)
    return { author: header.author, incarnation: header.incarnation, seq: header.seq, id }
  }

  #syncRow(row: ContextRow, withContents: boolean): SyncRow {
    const element = this.#state.fingerprintsOf(this.#space).hashOf(elementOf(row))
    const digest = bytesToHex(element).slice(0, DIGEST_DIGITS)
    return { docId: row.docId, digest, ...(withContents && { content: sha256Hex(canonicalContent(row.content)) }) }
  }
}

function chainOf({ author, incarnation }: ChainTip): string {
  return `${author}${incarnation}`
}
