import type { Remote } from '../compute/compute.ts'
import type { IndexService } from './index-service.ts'
import type { ChangesPage, VectorChanges } from './vector-changes.ts'
import type { VectorSource } from './vector-follower.ts'

/** The time for which the thread of the index works on nothing else: about that of writing a batch of contexts. */
const TEXTS_PER_BATCH = 128

/** An index on another thread, which embeds its own content, as one model sees it. */
export class IndexVectorSource implements VectorSource {
  readonly #index: Remote<IndexService>
  readonly #model: string

  constructor(index: Remote<IndexService>, model: string) {
    this.#index = index
    this.#model = model
  }

  embedPending(signal: AbortSignal): Promise<boolean> {
    return this.#index.call('embedPending', [this.#model, TEXTS_PER_BATCH], { signal })
  }

  vectorChanges(page: ChangesPage): Promise<VectorChanges | undefined> {
    return this.#index.call('vectorChanges', [this.#model, page])
  }

  vectorPage(page: ChangesPage): Promise<VectorChanges> {
    return this.#index.call('vectorPage', [this.#model, page])
  }

  changeSequence(): Promise<number> {
    return this.#index.call('changeSequence', [])
  }

  forgetChanges(upTo: number): Promise<void> {
    return this.#index.call('forgetChanges', [this.#model, upTo])
  }
}
