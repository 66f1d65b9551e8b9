import type { ContextPath, EffectiveContext, WatchedChange, WatchOptions } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { EffectiveAnswers, EffectiveScope } from '../contexts/effective-answers.ts'
import type { Replica } from '../replica/replica.ts'
import type { EffectiveReader } from './effective-reader.ts'
import { EffectiveWatching } from './effective-watching.ts'
import { KeyBlame } from './key-blame.ts'

export interface EffectiveContextsComponents {
  replica: Replica
  reader: EffectiveReader
  changes: (path: ContextPath, options: WatchOptions) => AsyncIterable<WatchedChange>
}

/** What the paths of a node amount to, for its readers and watchers. */
export class EffectiveContexts implements EffectiveAnswers {
  readonly #replica: Replica
  readonly #reader: EffectiveReader
  readonly #blame: KeyBlame
  readonly #watching: EffectiveWatching

  constructor({ replica, reader, changes }: EffectiveContextsComponents) {
    this.#replica = replica
    this.#reader = reader
    this.#blame = new KeyBlame({ replica })
    this.#watching = new EffectiveWatching({ resolve: (path) => reader.resolve(path), changes })
  }

  resolve(path: ContextPath, scope?: EffectiveScope): EffectiveContext {
    try {
      return this.#reader.resolve(path, scope)
    } catch (error) {
      // Nothing here is no answer where a part of the tree is held elsewhere.
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) this.#replica.assertReplicated(path)
      throw error
    }
  }

  resolveKeys(
    path: ContextPath,
    { signal, ...scope }: EffectiveScope & { readonly signal?: AbortSignal }
  ): Promise<EffectiveContext> {
    return this.#blame.of(this.resolve(path, scope), signal)
  }

  watch(path: ContextPath, options: WatchOptions): AsyncIterable<WatchedChange> {
    return this.#watching.watch(path, options)
  }
}
