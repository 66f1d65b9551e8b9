import type { Clock, Logger, Random } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import { isThreadDeath } from '../compute/thread-death.ts'
import { growingPauseMs } from './growing-pause.ts'
import { untilAborted } from './until-aborted.ts'
import type { ChangesPage, VectorChanges } from './vector-changes.ts'

/** Where vectors come from: the index that has the chunks. */
export interface VectorSource {
  /** Embeds a batch of what has no vector yet. Says whether there is more. */
  embedPending(signal: AbortSignal): Promise<boolean>
  vectorChanges(page: ChangesPage): Promise<VectorChanges | undefined>
  vectorPage(page: ChangesPage): Promise<VectorChanges>
  changeSequence(): Promise<number>
  forgetChanges(upTo: number): Promise<void>
}

/** Where they go: an index of vectors. */
export interface VectorSink {
  /** Opens it with what was saved. Undefined when it is empty. */
  open(): Promise<number | undefined>
  /** Opens it empty, and forgets what was saved. */
  openEmpty(): Promise<void>
  add(labels: Uint32Array, vectors: Float32Array): Promise<void>
  remove(labels: Uint32Array): Promise<unknown>
  /** Builds a little. Says how much is left. */
  step(): Promise<number>
  /** Saves the index, which holds all changes up to there. */
  save(sequence: number): Promise<void>
  close(): Promise<void>
}

export interface VectorFollowerComponents {
  readonly source: VectorSource
  readonly sink: VectorSink
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** The source or the sink is gone for good: the follower has ended, and both have to be started anew. */
  readonly onDeath: (error: unknown) => void
}

export interface VectorFollowerOptions {
  readonly vectorSaveChangesMin: number
  readonly indexRetryPauseMsMax: number
}

const PAGE = 256

/**
 * Gives every chunk its vector and brings it into a vector index.
 *
 * 1. What is in the vector index was stored with the chunks before, so that it can
 *    always be built anew; saving it only saves that work.
 * 2. What was saved is used only where the source has everything since; else nothing
 *    of it is left, because its labels may stand for other chunks now.
 * 3. Building the graph gives way to what is new: chunks are found while it grows.
 */
export class VectorFollower {
  readonly #components: VectorFollowerComponents
  readonly #options: VectorFollowerOptions
  #sequence = 0
  #savedSequence = 0
  #failure: unknown
  #embedFailures = 0
  #wake = Promise.withResolvers<void>()
  /** Counts what was told to the follower, and how much of it is done. */
  #told = 0
  #done = 0
  #progress = Promise.withResolvers<void>()

  constructor(components: VectorFollowerComponents, options: VectorFollowerOptions) {
    this.#components = components
    this.#options = options
  }

  /** Why vectors are behind; undefined while all is well. */
  get failure(): unknown {
    return this.#failure
  }

  get isSettled(): boolean {
    return this.#done === this.#told && this.#failure === undefined
  }

  /** There is something new in the source. */
  notify(): void {
    this.#told += 1
    this.#wake.resolve()
  }

  /** Resolves once everything that was told so far can be found, or cannot be embedded now. */
  async settled(signal: AbortSignal): Promise<void> {
    const wanted = this.#told
    while (this.#done < wanted && this.#failure === undefined) {
      await untilAborted(this.#progress.promise, signal)
    }
  }

  /** Runs until the signal is aborted; then what was not saved is. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, logger } = this.#components
    let failures = 0
    while (!signal.aborted) {
      try {
        await this.#open()
        await this.#follow(signal, () => {
          failures = 0
        })
      } catch (error) {
        if (signal.aborted) break
        failures += 1
        logger.warn('vector-index-failed', { error, failures })
        this.#fail(error)
        if (isThreadDeath(error)) return this.#components.onDeath(error)
        await this.#closeSink()
        await clock
          .wait(growingPauseMs(failures, this.#options.indexRetryPauseMsMax, random), { signal })
          .catch(() => {})
      }
    }
    await this.#finish()
  }

  async #open(): Promise<void> {
    const { sink } = this.#components
    const saved = await sink.open()
    if (saved !== undefined && (await this.#isContinued(saved))) {
      this.#sequence = saved
      this.#savedSequence = saved
      return
    }
    if (saved !== undefined) await sink.openEmpty()
    await this.#startOver()
  }

  /** Not so when changes since then were forgotten, or when the source has lost its last ones in a crash. */
  async #isContinued(saved: number): Promise<boolean> {
    const { source } = this.#components
    if (saved > (await source.changeSequence())) return false
    return (await source.vectorChanges({ after: saved, limit: 1 })) !== undefined
  }

  /** Everything that the source has; what changes on the way comes with the changes from before the first page on. */
  async #startOver(): Promise<void> {
    const { source, sink } = this.#components
    const sequence = await source.changeSequence()
    let after = 0
    for (;;) {
      const page = await source.vectorPage({ after, limit: PAGE })
      if (page.added.length > 0) await sink.add(page.added, page.vectors)
      after = page.sequence
      if (!page.hasMore) break
    }
    this.#sequence = sequence
    this.#savedSequence = 0
  }

  async #follow(signal: AbortSignal, onDone: () => void): Promise<void> {
    const { sink } = this.#components
    let left = await sink.step()
    while (!signal.aborted) {
      const told = this.#told
      const embedding = this.#embed(signal)
      await this.#buildDuring(embedding, left)
      const hasMore = await embedding
      const isMoved = await this.#takeChanges()
      if (hasMore || isMoved) {
        left = 1
        continue
      }
      this.#finishUpTo(told)
      onDone()
      left = await sink.step()
      if (left > 0) continue
      await this.#saveIfWorthIt(this.#options.vectorSaveChangesMin)
      if (this.#told === told) await this.#waitForNews(signal)
    }
  }

  /** The graph has a thread of its own, and grows on it for as long as texts are embedded on another. */
  async #buildDuring(work: Promise<unknown>, pendingCount: number): Promise<void> {
    let isWorking = true
    const end = (): void => {
      isWorking = false
    }
    const ended = work.then(end, end)
    for (let left = pendingCount; isWorking && left > 0; ) left = await this.#components.sink.step()
    await ended
  }

  /** An embedder that fails, for one because its server is away, does not take the vectors that are there. */
  async #embed(signal: AbortSignal): Promise<boolean> {
    const { source, clock, random, logger } = this.#components
    try {
      const hasMore = await source.embedPending(signal)
      this.#embedFailures = 0
      return hasMore
    } catch (error) {
      if (signal.aborted || hasErrorCode(error, 'COMPUTE_FAILED') || hasErrorCode(error, 'COMPUTE_STOPPED')) throw error
      this.#embedFailures += 1
      logger.warn('embedding-failed', { error, failures: this.#embedFailures })
      this.#fail(error)
      const pauseMs = growingPauseMs(this.#embedFailures, this.#options.indexRetryPauseMsMax, random)
      await clock.wait(pauseMs, { signal })
      return true
    }
  }

  /** Says whether there was anything. */
  async #takeChanges(): Promise<boolean> {
    const { source, sink } = this.#components
    let isMoved = false
    for (;;) {
      const changes = await source.vectorChanges({ after: this.#sequence, limit: PAGE })
      if (changes === undefined) throw new TypeError('Changes were forgotten before the vector index had them')
      if (changes.removed.length > 0) await sink.remove(changes.removed)
      if (changes.added.length > 0) await sink.add(changes.added, changes.vectors)
      isMoved ||= changes.sequence !== this.#sequence
      this.#sequence = changes.sequence
      if (!changes.hasMore) return isMoved
    }
  }

  async #saveIfWorthIt(changesMin: number): Promise<void> {
    if (this.#sequence - this.#savedSequence < changesMin) return
    const { source, sink } = this.#components
    await sink.save(this.#sequence)
    this.#savedSequence = this.#sequence
    await source.forgetChanges(this.#sequence)
  }

  async #finish(): Promise<void> {
    const { logger } = this.#components
    try {
      if (this.#failure === undefined) await this.#saveIfWorthIt(1)
    } catch (error) {
      // Whatever it is, the next start builds the index from what is stored with the chunks.
      logger.warn('vector-index-not-saved', { error: hasErrorCode(error, 'COMPUTE_STOPPED') ? 'stopped' : error })
    }
    await this.#closeSink()
  }

  async #closeSink(): Promise<void> {
    const { sink, logger } = this.#components
    await sink.close().catch((error: unknown) => logger.debug('vector-index-close-failed', { error }))
  }

  async #waitForNews(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#wake.promise, signal).catch(() => {})
    this.#wake = Promise.withResolvers<void>()
  }

  #finishUpTo(told: number): void {
    this.#done = told
    this.#failure = undefined
    this.#tellProgress()
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.#tellProgress()
  }

  #tellProgress(): void {
    const { resolve } = this.#progress
    this.#progress = Promise.withResolvers<void>()
    resolve()
  }
}
