import type { DocId } from '@hcfs/core'
import type { ContextDocument } from '@hcfs/crdt'

interface LiveDocument {
  readonly document: ContextDocument
  pins: number
}

/**
 * The Yjs documents that are in memory: those used last, and those that a
 * waiting write has pinned. Each is up to date with what was committed here.
 *
 * Never holds more than `countMax` unpinned documents; one costs about 10 KB.
 */
export class LiveDocuments {
  readonly #countMax: number
  /** In order of use: the first was used longest ago. */
  readonly #documents = new Map<DocId, LiveDocument>()
  readonly #loading = new Map<DocId, Promise<ContextDocument>>()

  constructor({ countMax }: { countMax: number }) {
    this.#countMax = countMax
  }

  /** Keeps the document in memory until `unpin`, building it with `load` when it is not there. */
  async pin(docId: DocId, load: () => Promise<ContextDocument>): Promise<void> {
    if (!this.#documents.has(docId)) await this.#loadOnce(docId, load)
    const live = this.#documents.get(docId)
    // Discarded by a failed write while it was loading: build it from what is stored now.
    if (live === undefined) return this.pin(docId, load)
    live.pins += 1
  }

  unpin(docId: DocId): void {
    const live = this.#documents.get(docId)
    if (live === undefined) return
    live.pins = Math.max(0, live.pins - 1)
    this.#evict()
  }

  get(docId: DocId): ContextDocument | undefined {
    const live = this.#documents.get(docId)
    if (live === undefined) return undefined
    this.#documents.delete(docId)
    this.#documents.set(docId, live)
    return live.document
  }

  set(docId: DocId, document: ContextDocument): void {
    const pins = this.#documents.get(docId)?.pins ?? 0
    this.#documents.delete(docId)
    this.#documents.set(docId, { document, pins })
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
      loading = load().finally(() => this.#loading.delete(docId))
      this.#loading.set(docId, loading)
    }
    const document = await loading
    if (!this.#documents.has(docId)) this.set(docId, document)
  }

  #evict(): void {
    let excess = this.#documents.size - this.#countMax
    if (excess <= 0) return
    for (const [docId, { pins }] of this.#documents) {
      if (pins > 0) continue
      this.#documents.delete(docId)
      excess -= 1
      if (excess <= 0) return
    }
  }
}
