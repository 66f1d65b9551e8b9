import type { Clock, ContextPath, EffectiveCacheStatus, EffectiveContext } from '@hcfs/core'
import { ancestorPaths } from '@hcfs/core'
import { effectiveContent } from '@hcfs/crdt'
import { contextNotFound } from '../contexts/not-found.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { expiresAtMs } from '../replica/expiry.ts'
import type { RowObserver } from '../replica/row-store.ts'
import { ChangeClock } from './change-clock.ts'
import { effectiveContextOf } from './effective-view.ts'

/** Where rows come from, and who is told when they change. */
export interface EffectiveRows {
  /** `undefined` for contexts that are hidden or were never there. */
  shown(path: ContextPath): ContextRow | undefined
  observe(observer: RowObserver): void
}

/** Holds as many answers as it may, and drops those that were used longest ago. */
export interface AnswerCache {
  readonly cost: number
  get(name: string): CachedAnswer | undefined
  set(name: string, answer: CachedAnswer): void
}

export interface EffectiveReaderComponents {
  rows: EffectiveRows
  /** Never holds more than `effectiveCacheBytesMax`, as `bytes` of the answers count them. */
  cache: AnswerCache
  clock: Pick<Clock, 'now'>
}

export interface EffectiveReaderOptions {
  /** What the cache holds at most, for the status. */
  readonly effectiveCacheBytesMax: number
}

/** An answer with what it takes to know whether it still holds. */
export interface CachedAnswer {
  readonly context: EffectiveContext
  readonly bytes: number
  /** All that the answer depends on: the path and everything above it, also where nothing is yet. */
  readonly paths: readonly ContextPath[]
  readonly readAt: number
  /** When a context that the answer was made of expires. */
  readonly validUntilMs: number
}

/** More changes than this between two reads of one answer are rare; each takes about a hundred bytes. */
const CHANGED_PATHS_MAX = 65_536
const ANSWER_OVERHEAD_BYTES = 2_048
const BYTES_PER_UNIT = 2

/**
 * What contexts amount to together with everything above them.
 *
 * 1. An answer is what folding the rows of that moment gives; the cache only saves the folding.
 * 2. A change is seen by the first read after it, at its path and everywhere below; it costs
 *    the writer the same however much lies there.
 */
export class EffectiveReader {
  readonly #components: EffectiveReaderComponents
  readonly #bytesMax: number
  readonly #changes = new ChangeClock({ changedPathsMax: CHANGED_PATHS_MAX })
  #hits = 0
  #misses = 0

  constructor(components: EffectiveReaderComponents, { effectiveCacheBytesMax }: EffectiveReaderOptions) {
    this.#components = components
    this.#bytesMax = effectiveCacheBytesMax
    components.rows.observe({
      changed: (path) => this.#changes.changed(path),
      everythingChanged: () => this.#changes.everythingChanged()
    })
  }

  get status(): EffectiveCacheStatus {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#components.cache.cost, bytesMax: this.#bytesMax }
  }

  /**
   * Fails with `CONTEXT_NOT_FOUND` where neither the path nor anything above it holds a context.
   * With `top` nothing above that path is looked at: for callers who may not read it.
   */
  resolve(path: ContextPath, { top }: { readonly top?: ContextPath } = {}): EffectiveContext {
    const name = top === undefined ? path : `${top}\n${path}`
    const cached = this.#components.cache.get(name)
    if (cached !== undefined && this.#isValid(cached)) {
      this.#hits += 1
      return cached.context
    }
    this.#misses += 1
    const answer = this.#fold(path, top)
    this.#components.cache.set(name, answer)
    return answer.context
  }

  #isValid({ validUntilMs, readAt, paths }: CachedAnswer): boolean {
    if (validUntilMs !== Number.POSITIVE_INFINITY && this.#components.clock.now() >= validUntilMs) return false
    return !this.#changes.hasChangedSince(readAt, paths)
  }

  #fold(path: ContextPath, top: ContextPath | undefined): CachedAnswer {
    const readAt = this.#changes.now
    const paths = pathsDown(path, top)
    const rows: ContextRow[] = []
    let validUntilMs = Number.POSITIVE_INFINITY
    for (const each of paths) {
      const row = this.#components.rows.shown(each)
      if (row === undefined) continue
      const endsAtMs = expiresAtMs(row.content)
      if (endsAtMs !== undefined) {
        if (endsAtMs <= this.#components.clock.now()) continue
        validUntilMs = Math.min(validUntilMs, endsAtMs)
      }
      rows.push(row)
    }
    if (rows.length === 0) throw contextNotFound(path)
    const context = effectiveContextOf(path, rows, effectiveContent(rows))
    return { context, bytes: roughBytes(rows), paths, readAt, validUntilMs }
  }
}

function pathsDown(path: ContextPath, top: ContextPath | undefined): readonly ContextPath[] {
  const all = [...ancestorPaths(path), path]
  return top === undefined ? all : all.slice(all.indexOf(top))
}

/** Contents are shared with the rows where they came whole; this counts them all the same. */
function roughBytes(rows: readonly ContextRow[]): number {
  return rows.reduce((sum, { content }) => sum + ANSWER_OVERHEAD_BYTES + BYTES_PER_UNIT * content.body.length, 0)
}
