import type { CommitId, DocId } from '@hcfs/core'
import { encodeCbor, hasErrorCode } from '@hcfs/core'
import type { SignatureVerifier, SignedHeader } from '@hcfs/crdt'
import { assertSignature, decodeCommit, documentIdOf, isPayloadOf } from '@hcfs/crdt'
import type { LoggedEntry, LogPlace } from '../replica/commit-log.ts'
import type { ChainName, StoredTip } from '../replica/own-chain.ts'
import { withCommit, writeBranches } from '../replica/own-chain.ts'
import type { Voids } from '../replica/void-record.ts'
import { NO_VOIDS } from '../replica/void-record.ts'
import { keys } from '../storage/keys.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { Pace } from './pace.ts'
import type { ProblemList } from './problem-list.ts'
import type { VerifiedState } from './verified-state.ts'
import { readable } from './verified-state.ts'

export interface CommitCheckOptions {
  readonly verifier: SignatureVerifier
  readonly signal: AbortSignal | undefined
  readonly onChecked: () => void
}

/** What the commits say that the rest of the store has to agree with. */
export interface CommitFindings {
  readonly commits: number
  readonly lastPosition: number
  /** Entries that the index of their context does not name. */
  readonly unindexed: ReadonlyMap<DocId, readonly LogPlace[]>
}

interface Branches {
  readonly chain: ChainName
  readonly tips: readonly StoredTip[]
}

/** Walks the log once: every record readable, every commit signed, whole and the next of its chain. */
export class CommitCheck {
  readonly #state: VerifiedState
  readonly #problems: ProblemList
  readonly #pace: Pace
  readonly #chains = new Map<string, Branches>()
  readonly #unindexed = new Map<DocId, LogPlace[]>()
  #commits = 0
  #lastPosition = 0

  constructor(state: VerifiedState, problems: ProblemList, pace: Pace) {
    this.#state = state
    this.#problems = problems
    this.#pace = pace
  }

  async run(options: CommitCheckOptions): Promise<CommitFindings> {
    const { signal } = options
    for await (const chunk of this.#state.reads.scanKeys({ ...keys.logRange(0), ...(signal && { signal }) })) {
      for (const key of chunk) {
        const { position, index } = keys.parseLogKey(key)
        if (index !== undefined) continue
        await this.#checkCommit(position, options)
        options.onChecked()
        await this.#pace.step(signal)
      }
    }
    await this.#checkTips()
    return { commits: this.#commits, lastPosition: this.#lastPosition, unindexed: this.#unindexed }
  }

  async #checkCommit(position: number, { verifier }: CommitCheckOptions): Promise<void> {
    this.#commits += 1
    if (position !== this.#lastPosition + 1) await this.#report('chain-broken', keys.logHeader(position))
    this.#lastPosition = position
    const signed = readable(() => this.#state.log.header(position))
    if (signed === undefined) return this.#reportUnreadable(keys.logHeader(position))
    if (!isSigned(signed, verifier)) await this.#report('signature-invalid', signed.id)
    const voids = await this.#voidsAt(position)
    await this.#checkPlaceInChain(signed, voids)
    await this.#checkPosition(signed, position)
    const entries: LoggedEntry[] = []
    for (let index = 0; index < signed.header.entryCount; index += 1) {
      const logged = readable(() => this.#state.log.entry({ position, index }))
      if (logged === undefined) await this.#reportUnreadable(keys.logEntry(position, index))
      else entries.push(logged)
    }
    await this.#checkEntries(signed, entries, voids)
  }

  async #checkEntries(signed: SignedHeader, entries: readonly LoggedEntry[], voids: Voids): Promise<void> {
    const isWhole = entries.length === signed.header.entryCount
    if (isWhole && !isRootRight(signed, entries)) await this.#report('signature-invalid', signed.id)
    for (const logged of entries) {
      const { entry, payload, position, index } = logged
      // The payload of what is void for good need never have come.
      const mayLack = payload.byteLength === 0 && voids.get(index)?.isFinal === true
      if (entry.kind === 'update' && !mayLack && !isPayloadOf(entry, payload)) {
        await this.#report('signature-invalid', keys.logEntry(position, index))
      }
      this.#checkIndexed(signed, logged)
    }
  }

  #checkIndexed({ id, header }: SignedHeader, { entry, position, index }: LoggedEntry): void {
    const docId = documentIdOf(header.space, entry.path)
    const stored = readable(() => this.#state.reads.getTextSync(keys.history(docId, { position, index })))
    if (stored?.startsWith(`["${id}","${entry.kind}",${header.hlc},`) === true) return
    const places = this.#unindexed.get(docId) ?? []
    places.push({ position, index })
    this.#unindexed.set(docId, places)
  }

  async #checkPlaceInChain({ id, header }: SignedHeader, voids: Voids): Promise<void> {
    const { author, incarnation, space, seq, prev, hlc } = header
    const chain = { author, incarnation, space }
    const key = keys.chainTip(chain)
    const tips = this.#chains.get(key)?.tips ?? []
    // What is void may have any place: that may be why it is.
    const isNext = tips.some((tip) => tip.id === prev && tip.seq === seq - 1) || this.#isNext({ seq, prev })
    if (voids.size === 0 && !isNext) await this.#report('chain-broken', id)
    this.#chains.set(key, { chain, tips: withCommit(tips, { prev, tip: { seq, id, hlc } }) })
  }

  /** Of a fork any branch may apply, once something has decided for it. */
  #isNext({ seq, prev }: { seq: number; prev: CommitId | undefined }): boolean {
    if (prev === undefined) return seq === 1
    const position = readable(() => this.#state.log.positionOf(prev))
    const before = position === undefined ? undefined : readable(() => this.#state.log.header(position))
    return before?.id === prev && before.header.seq === seq - 1
  }

  async #voidsAt(position: number): Promise<Voids> {
    const voids = readable(() => this.#state.log.voidsAt(position))
    if (voids === undefined) await this.#reportUnreadable(keys.verdict(position))
    return voids ?? NO_VOIDS
  }

  async #checkPosition({ id }: { id: CommitId }, position: number): Promise<void> {
    const key = keys.commitPosition(id)
    if (readable(() => this.#state.reads.getTextSync(key)) === String(position)) return
    await this.#problems.add({ kind: 'index-differs', where: key, repair: [put(key, String(position))] })
  }

  async #checkTips(): Promise<void> {
    for (const { chain, tips } of this.#chains.values()) {
      const operation = writeBranches(chain, tips)
      const stored = readable(() => this.#state.reads.getTextSync(operation.key))
      if (operation.type === 'put' && stored === operation.value) continue
      await this.#problems.add({ kind: 'index-differs', where: operation.key, repair: [operation] })
    }
  }

  /** A damaged record is listed by its key already. */
  async #reportUnreadable(key: string): Promise<void> {
    if (!this.#problems.isDamaged(key)) await this.#report('record-damaged', key)
  }

  #report(kind: 'chain-broken' | 'signature-invalid' | 'record-damaged', where: string): Promise<void> {
    return this.#problems.add({ kind, where })
  }
}

function isSigned(signed: SignedHeader, verifier: SignatureVerifier): boolean {
  try {
    assertSignature(signed, verifier)
    return true
  } catch (error) {
    if (hasErrorCode(error, 'COMMIT_SIGNATURE_INVALID')) return false
    throw error
  }
}

/** Decoding is what compares the entries with the root that was signed. */
function isRootRight({ headerBytes, signature }: SignedHeader, entries: readonly LoggedEntry[]): boolean {
  try {
    decodeCommit(encodeCbor([headerBytes, signature, entries.map(({ entryBytes }) => entryBytes)]))
    return true
  } catch (error) {
    if (ROOT_ERRORS.some((code) => hasErrorCode(error, code))) return false
    throw error
  }
}

const ROOT_ERRORS = ['COMMIT_ROOT_MISMATCH', 'COMMIT_MALFORMED', 'COMMIT_TOO_LARGE'] as const

function put(key: string, value: string): StoreOperation {
  return { type: 'put', key, value }
}
