import type { Context, ContextPath, DocId } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { SearchableContext } from '../indexing/searchable-context.ts'
import type { IndexThreads } from './local-index.ts'
import type { SearchBackend } from './search.ts'

export interface PastQuestion {
  readonly at: Date
  readonly under: ContextPath
}

export interface PastIndexComponents {
  /** All contexts at and below a path that were ever there. */
  readonly pathsUnder: (under: ContextPath, signal: AbortSignal) => AsyncIterable<ContextPath>
  readonly contextAt: (path: ContextPath, at: Date) => Promise<Context>
  readonly documentIdOf: (path: ContextPath) => DocId
  /** An empty index in memory. */
  readonly startThreads: () => Promise<IndexThreads>
  readonly backendOf: (threads: IndexThreads) => SearchBackend
}

interface BuiltIndex {
  readonly key: string
  readonly threads: Promise<IndexThreads>
}

const BATCH = 128

/**
 * Answers searches of the past by reading the state at that time out of the history
 * and indexing it in memory. The last one is kept, because people ask twice; it
 * costs what a node of that size costs to index, and is built while the caller waits.
 */
export class PastIndex {
  readonly #components: PastIndexComponents
  #built: BuiltIndex | undefined

  constructor(components: PastIndexComponents) {
    this.#components = components
  }

  async backendAt(question: PastQuestion, signal: AbortSignal): Promise<SearchBackend> {
    const key = `${question.at.getTime()} ${question.under}`
    if (this.#built?.key !== key) {
      await this.close()
      this.#built = { key, threads: this.#build(question, signal) }
    }
    try {
      return this.#components.backendOf(await this.#built.threads)
    } catch (error) {
      this.#built = undefined
      throw error
    }
  }

  async close(): Promise<void> {
    const built = this.#built
    this.#built = undefined
    const threads = await built?.threads.catch(() => undefined)
    await threads?.close()
  }

  async #build({ at, under }: PastQuestion, signal: AbortSignal): Promise<IndexThreads> {
    const threads = await this.#components.startThreads()
    try {
      let position = 0
      for await (const contexts of this.#batches({ at, under }, signal)) {
        position += 1
        await threads.index.call('apply', [{ contexts, removed: [], position }], { signal })
      }
      threads.vectors?.follower.notify()
      await threads.vectors?.follower.settled(signal)
      return threads
    } catch (error) {
      await threads.close()
      throw error
    }
  }

  async *#batches({ at, under }: PastQuestion, signal: AbortSignal): AsyncGenerator<SearchableContext[]> {
    let batch: SearchableContext[] = []
    for await (const path of this.#components.pathsUnder(under, signal)) {
      const context = await this.#contextAt(path, at)
      if (context !== undefined) batch.push(context)
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
    yield batch
  }

  /** Undefined when it was not there then. */
  async #contextAt(path: ContextPath, at: Date): Promise<SearchableContext | undefined> {
    try {
      const { body, fields, tags, links, meta, ...context } = await this.#components.contextAt(path, at)
      const { version, author, by, updatedAt } = context
      return {
        docId: this.#components.documentIdOf(path),
        path,
        version,
        author,
        updatedAtMs: Date.parse(updatedAt),
        content: { body, fields, tags, links, meta },
        ...(by !== undefined && { by })
      }
    } catch (error) {
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND') || hasErrorCode(error, 'VERSION_UNKNOWN')) return undefined
      throw error
    }
  }
}
