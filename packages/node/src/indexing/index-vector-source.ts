import type { Remote } from '../compute/compute.ts'
import type { IndexService } from './index-service.ts'
import type { ChangesPage, VectorChanges } from './vector-changes.ts'
import type { VectorSource } from './vector-follower.ts'

/** The time for which the thread of the index works on nothing else: about that of writing a batch of contexts. */
const TEXTS_PER_BATCH = 64

/** An index on another thread, which embeds its own content. */
export class IndexVectorSource implements VectorSource {
  readonly #index: Remote<IndexService>

  constructor(index: Remote<IndexService>) {
    this.#index = index
  }

  embedPending(signal: AbortSignal): Promise<boolean> {
    return this.#index.call('embedPending', [TEXTS_PER_BATCH], { signal })
  }

  vectorChanges(page: ChangesPage): Promise<VectorChanges | undefined> {
    return this.#index.call('vectorChanges', [page])
  }

  vectorPage(page: ChangesPage): Promise<VectorChanges> {
    return this.#index.call('vectorPage', [page])
  }

  changeSequence(): Promise<number> {
    return this.#index.call('changeSequence', [])
  }

  forgetChanges(upTo: number): Promise<void> {
    return this.#index.call('forgetChanges', [upTo])
  }
}
