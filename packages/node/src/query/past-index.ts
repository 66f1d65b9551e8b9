import type { Context, ContextPath, DocId } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import type { SearchableContext } from '../indexing/searchable-context.ts'
import { untilAborted } from '../indexing/until-aborted.ts'
import type { IndexThreads } from './local-index.ts'
import type { SearchBackend } from './search.ts'

export interface PastQuestion {
  readonly at: Date
  readonly under: ContextPath
  readonly signal: AbortSignal
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
  readonly threads: IndexThreads
}

const BATCH = 128

/**
 * Answers searches of the past by reading the state at that time out of the history
 * and indexing it in memory. The last one is kept, because people ask twice; it
 * costs what a node of that size costs to index, and is built while the caller waits.
 *
 * Searches of the past take turns, so that there is one such index at a time and
 * none ends under a question.
 */
export class PastIndex {
  readonly #components: PastIndexComponents
  readonly #stopping = new AbortController()
  #built: BuiltIndex | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(components: PastIndexComponents) {
    this.#components = components
  }

  /** Runs `work` with the state that a question names. Whoever gives up while others are served leaves at once. */
  async use<Result>(question: PastQuestion, work: (backend: SearchBackend) => Promise<Result>): Promise<Result> {
    const signal = AbortSignal.any([question.signal, this.#stopping.signal])
    const before = this.#turn
    const turn = Promise.withResolvers<void>()
    this.#turn = before.then(() => turn.promise)
    try {
      await untilAborted(
        before.then(() => {}),
        signal
      )
      return await this.#answer({ ...question, signal }, work)
    } finally {
      turn.resolve()
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort(closed())
    await this.#turn
    await this.#drop()
  }

  async #answer<Result>(question: PastQuestion, work: (backend: SearchBackend) => Promise<Result>): Promise<Result> {
    const key = `${question.at.getTime()} ${question.under}`
    if (this.#built?.key !== key) {
      await this.#drop()
      this.#built = { key, threads: await this.#build(question) }
    }
    try {
      return await work(this.#components.backendOf(this.#built.threads))
    } catch (error) {
      // Whatever it was, the next question begins with threads that are known to live.
      await this.#drop()
      throw error
    }
  }

  async #drop(): Promise<void> {
    const built = this.#built
    this.#built = undefined
    await built?.threads.close()
  }

  async #build({ at, under, signal }: PastQuestion): Promise<IndexThreads> {
    const threads = await this.#components.startThreads()
    try {
      let position = 0
      for await (const contexts of this.#batches({ at, under, signal })) {
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

  async *#batches({ at, under, signal }: PastQuestion): AsyncGenerator<SearchableContext[]> {
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

function closed(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'The node was closed while this searched the past; open it again')
}
