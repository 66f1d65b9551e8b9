import type { DocId } from '@hcfs/core'
import type { ContextDocument } from '@hcfs/crdt'

/**
 * The Yjs documents that are in memory: those used last, and those that a
 * waiting write has pinned. Each is up to date with what was committed here.
 *
 * Never holds more than `countMax` unpinned documents; one costs about 10 KB.
 */
export class LiveDocuments {
  readonly #countMax: number
  /** In order of use: the first was used longest ago. */
  readonly #documents = new Map<DocId, ContextDocument>()
  /** How many waiting writes need a document; set before it is loaded, so that it is not dropped for the next one. */
  readonly #pins = new Map<DocId, number>()
  readonly #loading = new Map<DocId, Promise<void>>()

  constructor({ countMax }: { countMax: number }) {
    this.#countMax = countMax
  }

  /** Keeps the document in memory until `unpin`, building it with `load` when it is not there. */
  async pin(docId: DocId, load: () => Promise<ContextDocument>): Promise<void> {
    this.#pins.set(docId, (this.#pins.get(docId) ?? 0) + 1)
    try {
      // Again, when a failed write discarded it while it was loading: what is stored now decides.
      while (!this.#documents.has(docId)) await this.#loadOnce(docId, load)
    } catch (error) {
      this.unpin(docId)
      throw error
    }
  }

  unpin(docId: DocId): void {
    const pins = (this.#pins.get(docId) ?? 0) - 1
    if (pins > 0) this.#pins.set(docId, pins)
    else this.#pins.delete(docId)
    this.#evict()
  }

  get(docId: DocId): ContextDocument | undefined {
    const document = this.#documents.get(docId)
    if (document !== undefined) this.#moveToEnd(docId, document)
    return document
  }

  set(docId: DocId, document: ContextDocument): void {
    this.#moveToEnd(docId, document)
    this.#evict()
  }

  /** Forgets a document that holds changes which were not stored. */
  discard(docId: DocId): void {
    this.#documents.delete(docId)
  }

  clear(): void {
    this.#documents.clear()
  }

  async #loadOnce(docId: DocId, load: () => Promise<ContextDocument>): Promise<void> {
    let loading = this.#loading.get(docId)
    if (loading === undefined) {
      loading = this.#load(docId, load).finally(() => this.#loading.delete(docId))
      this.#loading.set(docId, loading)
    }
    await loading
  }

  async #load(docId: DocId, load: () => Promise<ContextDocument>): Promise<void> {
    const document = await load()
    if (!this.#documents.has(docId)) this.set(docId, document)
  }

  #moveToEnd(docId: DocId, document: ContextDocument): void {
    this.#documents.delete(docId)
    this.#documents.set(docId, document)
  }

  #evict(): void {
    let excess = this.#documents.size - this.#countMax
    if (excess <= 0) return
    for (const docId of this.#documents.keys()) {
      if (this.#pins.has(docId)) continue
      this.#documents.delete(docId)
      excess -= 1
      if (excess <= 0) return
    }
  }
}
