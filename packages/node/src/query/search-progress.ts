import type { Clock, SearchStatus } from '@hcfs/core'
import { hasErrorCode, withDeadline } from '@hcfs/core'
import type { Embedder } from '../indexing/embedding/embedder.ts'
import type { IndexFollower } from '../indexing/index-follower.ts'
import type { IndexRemote, IndexThreads } from './local-index.ts'

export interface SearchProgressComponents {
  readonly follower: Pick<IndexFollower, 'state' | 'behind'>
  readonly threads: () => IndexThreads | undefined
  readonly embedder: () => Embedder | undefined
  /** Why there are no vectors, or too few. */
  readonly failure: () => unknown
  readonly clock: Pick<Clock, 'wait'>
}

/** A status page does not wait for a thread that has much to do. */
const COUNT_TIMEOUT_MS = 500

/** Tells how far the index of a node is. */
export class SearchProgress {
  readonly #components: SearchProgressComponents

  constructor(components: SearchProgressComponents) {
    this.#components = components
  }

  /** What someone who searches should know. */
  warnings(): readonly string[] {
    const failure = this.#components.failure()
    if (failure !== undefined) return [`Vectors are behind: ${messageOf(failure)}`]
    const isSettled = this.#components.threads()?.vectors?.follower.isSettled ?? true
    return isSettled ? [] : ['Vectors of the newest changes are still being made.']
  }

  async status(): Promise<SearchStatus> {
    const { follower, embedder, threads, failure } = this.#components
    const { state, behind } = follower
    const why = state.name === 'failed' ? state.error : failure()
    const embedderId = embedder()?.id
    const isSettled = threads()?.vectors?.follower.isSettled ?? false
    const skipped = (await this.#asked((index, signal) => index.call('skippedCount', [], { signal }))) ?? 0
    return {
      state: state.name,
      behind,
      ...(skipped > 0 && { skipped }),
      ...(embedderId !== undefined && { vectors: { embedder: embedderId, isSettled, ...(await this.#counts()) } }),
      ...(why !== undefined && { failure: messageOf(why) })
    }
  }

  async #counts(): Promise<{ readonly chunks?: number; readonly embedded?: number }> {
    const model = this.#components.threads()?.vectors?.model
    if (model === undefined) return {}
    return (await this.#asked((index, signal) => index.call('embeddingProgress', [model], { signal }))) ?? {}
  }

  /** Nothing while the index cannot say. */
  async #asked<Answer>(ask: (index: IndexRemote, signal: AbortSignal) => Promise<Answer>): Promise<Answer | undefined> {
    const index = this.#components.threads()?.index
    if (index === undefined) return undefined
    const expired = () => new Error('The index is busy')
    try {
      return await withDeadline(this.#components.clock, { timeoutMs: COUNT_TIMEOUT_MS, expired }, (signal) =>
        ask(index, signal)
      )
    } catch {
      return undefined
    }
  }
}

/** What people are told of a failure: of a thread that died, also why. */
export function messageOf(failure: unknown): string {
  if (hasErrorCode(failure, 'COMPUTE_FAILED') && failure instanceof Error && failure.cause instanceof Error) {
    return `${failure.message} (${failure.cause.message})`
  }
  return failure instanceof Error ? failure.message : String(failure)
}
