import type { Clock, ContextPath, DocId, Logger, Random, Startable } from '@hcfs/core'
import { HcfsError, Lifecycle } from '@hcfs/core'
import type { ChangeSignal } from '../replica/change-signal.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { isShown } from '../replica/context-row.ts'
import type { ChangedContexts, ChangedContextsOptions } from './changed-contexts.ts'
import { growingPauseMs } from './growing-pause.ts'
import type { IndexSink } from './index-sink.ts'
import type { SearchableContext } from './searchable-context.ts'
import { searchableOf } from './searchable-context.ts'
import { untilAborted } from './until-aborted.ts'

export interface IndexFollowerComponents {
  readonly changes: Pick<ChangeSignal, 'position' | 'waitBeyond'>
  /** What a stretch of the log touches. */
  readonly changed: (stretch: ChangedContextsOptions) => AsyncIterable<ChangedContexts>
  /** The context as it is now, shown or not. */
  readonly rowOf: (path: ContextPath) => ContextRow | undefined
  /** Of whatever lies or lay at a path, in one space or another. */
  readonly documentIdsOf: (path: ContextPath) => readonly DocId[]
  readonly sink: IndexSink
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface IndexFollowerOptions {
  /** How long a node that has just started serves reads and writes alone. */
  readonly indexStartPauseMs: number
  readonly indexBatchContextsMax: number
  readonly indexBatchBytesMax: number
  readonly indexRetryPauseMsMax: number
}

export type FollowerState =
  /** Nothing runs: not started, or stopped. */
  | { readonly name: 'stopped' }
  | { readonly name: 'opening' }
  | { readonly name: 'following'; readonly position: number }
  /** The index failed and is opened again after a pause. */
  | { readonly name: 'failed'; readonly error: unknown; readonly failures: number }

/** Why somebody who waits for the log is woken. */
const AWAKENED = new Error('There is something besides the log')
/** Why an attempt ends that has not failed. */
const REOPENING = new Error('The index is opened anew')

/**
 * Keeps the index up to date with the log.
 *
 * 1. The index says itself what it holds, so a crash at any point costs nothing
 *    but doing the last batch again.
 * 2. Positions are told to the index in order, and only with everything before.
 * 3. An index that fails is opened again, after pauses that grow; the node
 *    serves reads and writes meanwhile.
 */
export class IndexFollower implements Startable {
  readonly #components: IndexFollowerComponents
  readonly #options: IndexFollowerOptions
  readonly #lifecycle: Lifecycle
  #state: FollowerState = { name: 'stopped' }
  #stopping = new AbortController()
  #attempt = new AbortController()
  #wanted = new AbortController()
  #running: Promise<void> = Promise.resolve()
  /** Contexts that became something else without a new entry in the log. */
  #rebuilt = new Set<ContextPath>()
  #awakening = new AbortController()
  #progress = Promise.withResolvers<void>()

  constructor(components: IndexFollowerComponents, options: IndexFollowerOptions) {
    this.#components = components
    this.#options = options
    this.#lifecycle = new Lifecycle('index follower', {
      onStart: async () => {
        this.#stopping = new AbortController()
        this.#wanted = new AbortController()
        this.#enter({ name: 'opening' })
        this.#running = this.#run(this.#stopping.signal)
      },
      onStop: async () => {
        this.#stopping.abort()
        await this.#running
        this.#enter({ name: 'stopped' })
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Somebody asks: a node that has just started is left alone no longer. */
  hurry(): void {
    this.#wanted.abort()
  }

  /** Takes in contexts that became something else without a new entry in the log. Rejects when it is stopped before. */
  async takeRebuilt(paths: ReadonlySet<ContextPath>): Promise<void> {
    for (const path of paths) this.#rebuilt.add(path)
    this.#awakening.abort(AWAKENED)
    while ([...paths].some((path) => this.#rebuilt.has(path))) {
      if (this.#stopping.signal.aborted) throw indexStopped()
      await this.#progress.promise
    }
  }

  /** Opens the index again, because somebody who asked it found that it has failed. */
  restart(error: unknown): void {
    this.#attempt.abort(error)
  }

  /** Opens the index again, because what it consists of has changed. */
  reopen(): void {
    this.#attempt.abort(REOPENING)
    // At once, so that who waits for a position does not take the one of before.
    if (this.#state.name === 'following') this.#enter({ name: 'opening' })
  }

  get state(): FollowerState {
    return this.#state
  }

  /** How many commits the index lacks. All of them while it is being opened. */
  get behind(): number {
    return this.#components.changes.position - this.#position
  }

  /** Resolves once the index holds everything up to a position; rejects with the signal's reason. */
  async reached(position: number, signal: AbortSignal): Promise<void> {
    while (this.#position < position) {
      if (this.#state.name === 'stopped') throw indexStopped()
      await untilAborted(this.#progress.promise, signal)
    }
  }

  get #position(): number {
    return this.#state.name === 'following' ? this.#state.position : 0
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random, sink, changes, logger } = this.#components
    let failures = 0
    await clock
      .wait(this.#options.indexStartPauseMs, { signal: AbortSignal.any([signal, this.#wanted.signal]) })
      .catch(() => {})
    while (!signal.aborted) {
      try {
        this.#attempt = new AbortController()
        // Whatever is told from here on ends this attempt, also while the index is being opened.
        this.#enter({ name: 'following', position: await sink.open(changes.position) })
        await this.#follow(AbortSignal.any([signal, this.#attempt.signal]), () => {
          failures = 0
        })
      } catch (error) {
        if (signal.aborted) break
        if (this.#attempt.signal.reason === REOPENING) {
          this.#enter({ name: 'opening' })
          continue
        }
        failures += 1
        logger.warn('index-failed', { error, failures })
        this.#enter({ name: 'failed', error, failures })
        const pauseMs = growingPauseMs(failures, this.#options.indexRetryPauseMsMax, random)
        await clock.wait(pauseMs, { signal }).catch(() => {})
        this.#enter({ name: 'opening' })
      }
    }
    await sink.close()
  }

  async #follow(signal: AbortSignal, onApplied: () => void): Promise<void> {
    const { changes, changed } = this.#components
    const { indexBatchContextsMax: contextsMax } = this.#options
    while (!signal.aborted) {
      const after = this.#position
      const upTo = changes.position
      this.#awakening = new AbortController()
      if (this.#rebuilt.size > 0) await this.#indexRebuilt(signal)
      for await (const stretch of changed({ after, upTo, contextsMax, signal })) {
        await this.#index(stretch, signal)
        onApplied()
      }
      const awake = AbortSignal.any([signal, this.#awakening.signal])
      await changes.waitBeyond(Math.max(upTo, after), awake).catch((error: unknown) => {
        if (error !== AWAKENED) throw error
      })
    }
  }

  async #indexRebuilt(signal: AbortSignal): Promise<void> {
    const { sink, documentIdsOf } = this.#components
    const paths = new Set(this.#rebuilt)
    const position = this.#position
    const removed = [...paths].flatMap((path) => documentIdsOf(path))
    await sink.apply({ contexts: [], removed, position }, signal)
    await this.#index({ paths, position }, signal)
    for (const path of paths) this.#rebuilt.delete(path)
    this.#enter(this.#state)
  }

  /** In parts of bounded size; only the last one carries the position. */
  async #index({ paths, position }: ChangedContexts, signal: AbortSignal): Promise<void> {
    const { rowOf, documentIdsOf, sink } = this.#components
    const before = this.#position
    const removed: DocId[] = []
    let contexts: SearchableContext[] = []
    let bytes = 0
    for (const path of paths) {
      const row = rowOf(path)
      if (row === undefined || !isShown(row)) {
        removed.push(...documentIdsOf(path))
        continue
      }
      contexts.push(searchableOf(row))
      bytes += row.content.body.length
      if (bytes < this.#options.indexBatchBytesMax) continue
      await sink.apply({ contexts, removed: [], position: before }, signal)
      contexts = []
      bytes = 0
    }
    await sink.apply({ contexts, removed, position }, signal)
    signal.throwIfAborted()
    this.#enter({ name: 'following', position })
  }

  #enter(state: FollowerState): void {
    this.#state = state
    const { resolve } = this.#progress
    this.#progress = Promise.withResolvers<void>()
    resolve()
  }
}

function indexStopped(): HcfsError {
  return new HcfsError('NODE_NOT_RUNNING', 'The node was closed while this waited for the index; open it again')
}
