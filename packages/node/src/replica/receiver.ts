import type { CommitId, DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { CommitHeader, SignatureVerifier } from '@hcfs/crdt'
import { assertSignature, decodeCommit } from '@hcfs/crdt'
import type { CommitLog } from './commit-log.ts'
import type { ReceivedBytes, ReceivedCommit, ReceiveOutcome, ReceiveRequest } from './received-commit.ts'
import type { ReceivedJudge } from './received-judge.ts'

export interface ReceiverComponents {
  log: CommitLog
  judge: ReceivedJudge
  verifier: SignatureVerifier
  /** Stores a commit that applies. */
  store: (request: ReceiveRequest) => Promise<unknown>
  /** Called before anything is done with a commit that this node lacks: it may be one of its own. */
  onLacking: (header: CommitHeader) => Promise<void>
}

export interface ReceiverOptions {
  parkedBytesPerAuthorMax: number
}

/** Signals that a context changed between judging a commit and storing it. */
export class ReceivedTooLate extends Error {}

/**
 * Takes commits of others into the log.
 *
 * 1. A commit is stored whole, after everything it builds on, or not at all.
 * 2. What something is missing for is parked in memory and tried again when more
 *    has arrived; there is a limit for each author, and what came last goes first.
 * 3. Every node decides the same, whatever the order of arrival.
 */
export class Receiver {
  readonly #components: ReceiverComponents
  readonly #options: ReceiverOptions
  readonly #parked = new Map<CommitId, ReceivedCommit>()
  readonly #parkedBytes = new Map<DeviceId, number>()
  /** One call at a time: what one stores the next has to see. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(components: ReceiverComponents, options: ReceiverOptions) {
    this.#components = components
    this.#options = options
  }

  get parkedCount(): number {
    return this.#parked.size
  }

  /** One outcome for each, in their order. */
  receive(commits: readonly ReceivedBytes[]): Promise<ReceiveOutcome[]> {
    const done = this.#last.then(() => this.#receiveAll(commits))
    this.#last = done.catch(() => {})
    return done
  }

  async #receiveAll(commits: readonly ReceivedBytes[]): Promise<ReceiveOutcome[]> {
    const outcomes: ReceiveOutcome[] = []
    for (const each of commits) outcomes.push(await this.#receiveOne(each))
    await this.#retryParked()
    return outcomes.map((outcome) => this.#settled(outcome))
  }

  async #receiveOne(bytes: ReceivedBytes): Promise<ReceiveOutcome> {
    const received = this.#read(bytes)
    return received instanceof HcfsError ? { outcome: 'refused', error: received } : this.#take(received)
  }

  #read({ commit: bytes, payloads }: ReceivedBytes): ReceivedCommit | HcfsError {
    try {
      const commit = decodeCommit(bytes)
      assertSignature(commit, this.#components.verifier)
      return { commit, payloads }
    } catch (error) {
      if (error instanceof HcfsError) return error
      throw error
    }
  }

  async #take(received: ReceivedCommit): Promise<ReceiveOutcome> {
    const { id } = received.commit
    const { log, onLacking } = this.#components
    if (log.positionOf(id) !== undefined) return { outcome: 'known', id }
    await onLacking(received.commit.header)
    for (;;) {
      // Storing it may have failed before, and recovering from that may show that it was stored after all.
      if (log.positionOf(id) !== undefined) return { outcome: 'known', id }
      const { verdict, request } = await this.#components.judge.judge(received)
      if (request === undefined) {
        if (verdict.verdict !== 'park') return { outcome: 'void', id, verdict }
        return this.#park(received) ? { outcome: 'parked', id, verdict } : { outcome: 'dropped', id }
      }
      try {
        await this.#components.store(request)
        return { outcome: 'applied', id }
      } catch (error) {
        if (!(error instanceof ReceivedTooLate)) throw error
      }
    }
  }

  async #retryParked(): Promise<void> {
    for (let hasProgress = true; hasProgress; ) {
      hasProgress = false
      for (const received of this.#inCausalOrder()) {
        const { outcome } = await this.#take(received)
        if (outcome === 'parked') continue
        this.#unpark(received)
        hasProgress = true
      }
    }
  }

  /** What builds on another commit is dated later. */
  #inCausalOrder(): ReceivedCommit[] {
    return [...this.#parked.values()].sort((a, b) => a.commit.header.hlc - b.commit.header.hlc)
  }

  /** False when there is no room. */
  #park(received: ReceivedCommit): boolean {
    const { id, header } = received.commit
    if (this.#parked.has(id)) return true
    const bytes = (this.#parkedBytes.get(header.author) ?? 0) + bytesOf(received)
    if (bytes > this.#options.parkedBytesPerAuthorMax) return false
    this.#parked.set(id, received)
    this.#parkedBytes.set(header.author, bytes)
    return true
  }

  #unpark(received: ReceivedCommit): void {
    const { id, header } = received.commit
    if (!this.#parked.delete(id)) return
    const bytes = (this.#parkedBytes.get(header.author) ?? 0) - bytesOf(received)
    if (bytes > 0) this.#parkedBytes.set(header.author, bytes)
    else this.#parkedBytes.delete(header.author)
  }

  /** Parked first, and applied by the time the call ends. */
  #settled(outcome: ReceiveOutcome): ReceiveOutcome {
    if (outcome.outcome !== 'parked' || this.#components.log.positionOf(outcome.id) === undefined) return outcome
    return { outcome: 'applied', id: outcome.id }
  }
}

export function bytesOf({ commit, payloads }: ReceivedCommit): number {
  return [commit.headerBytes, ...commit.entryBytes, ...payloads].reduce((sum, { byteLength }) => sum + byteLength, 0)
}
