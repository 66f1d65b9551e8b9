import type { ContextPath, DeviceId, Logger } from '@hcfs/core'
import type { SyncedCommit } from '@hcfs/crdt'
import { lackingIn } from './payload-fetcher.ts'
import { bytesOfCommit } from './read-commit.ts'
import type { CommitReceiver } from './replicated-state.ts'

export interface GossipInboxComponents {
  readonly receiver: CommitReceiver
  readonly fetcher: {
    complete(peer: DeviceId, commit: SyncedCommit, signal: AbortSignal): Promise<SyncedCommit | undefined>
  }
  readonly log: Logger
  /** Something is missing; this peer may have it. */
  readonly onGap: (peer: DeviceId, space: ContextPath) => void
}

interface Received {
  readonly from: DeviceId
  readonly commit: SyncedCommit
}

/** Of commits that wait to be judged. */
const WAITING_BYTES_MAX = 16 * 1_024 * 1_024
const TOGETHER_MAX = 256
/** Commits whose payloads are being fetched. */
const FETCHING_MAX = 16

/**
 * What gossip brought, on its way into the log.
 *
 * 1. Commits that came while others were judged are judged together, in their order.
 * 2. Memory is bounded: what does not fit is left to reconciliation.
 * 3. Nothing goes on once `stop` has resolved.
 */
export class GossipInbox {
  readonly #components: GossipInboxComponents
  readonly #waiting: Received[] = []
  readonly #fetches = new Set<Promise<void>>()
  #waitingBytes = 0
  #judging: Promise<void> | undefined
  #stopping = new AbortController()

  constructor(components: GossipInboxComponents) {
    this.#components = components
  }

  start(): void {
    this.#stopping = new AbortController()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#waiting.length = 0
    this.#waitingBytes = 0
    await Promise.all([this.#judging, ...this.#fetches])
  }

  take(from: DeviceId, commits: readonly SyncedCommit[]): void {
    for (const commit of commits) {
      if (lackingIn(commit).length > 0) this.#fetch({ from, commit })
      else this.#enqueue({ from, commit })
    }
  }

  #enqueue(received: Received): void {
    if (this.#stopping.signal.aborted) return
    const bytes = bytesOfCommit(received.commit)
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      this.#leave(received)
      return
    }
    this.#waitingBytes += bytes
    this.#waiting.push(received)
    this.#judging ??= this.#judgeAll().finally(() => {
      this.#judging = undefined
    })
  }

  async #judgeAll(): Promise<void> {
    // Messages that arrive in one go are judged together.
    await Promise.resolve()
    while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) {
      const together = this.#waiting.splice(0, TOGETHER_MAX)
      for (const { commit } of together) this.#waitingBytes -= bytesOfCommit(commit)
      await this.#judge(together)
    }
  }

  async #judge(together: readonly Received[]): Promise<void> {
    try {
      const outcomes = await this.#components.receiver.receiveCommits(together.map(({ commit }) => commit))
      for (const [index, { outcome }] of outcomes.entries()) {
        if (outcome === 'parked' || outcome === 'dropped') this.#leave(together[index]!)
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#components.log.warn('gossip-not-taken', { count: together.length, error })
      for (const received of together) this.#leave(received)
    }
  }

  #fetch(received: Received): void {
    if (this.#fetches.size >= FETCHING_MAX) {
      this.#leave(received)
      return
    }
    const { from, commit } = received
    const { signal } = this.#stopping
    const done = this.#components.fetcher
      .complete(from, commit, signal)
      .then((whole) => (whole === undefined ? this.#leave(received) : this.#enqueue({ from, commit: whole })))
      .catch(() => this.#leave(received))
    this.#fetches.add(done)
    void done.then(() => this.#fetches.delete(done))
  }

  #leave({ from, commit }: Received): void {
    if (!this.#stopping.signal.aborted) this.#components.onGap(from, commit.commit.header.space)
  }
}
