import type { ContextContent, ContextPath, EffectiveContext, WatchedChange, WatchOptions } from '@hcfs/core'
import { EMPTY_CONTENT, HcfsError, isPathPrefix, ROOT_PATH } from '@hcfs/core'

export interface EffectiveWatchingComponents {
  resolve: (path: ContextPath) => EffectiveContext
  changes: (path: ContextPath, options: WatchOptions) => AsyncIterable<WatchedChange>
}

/** What a path amounts to: contents, or why there are none. */
type EffectiveState =
  | { readonly kind: 'context'; readonly context: EffectiveContext }
  | { readonly kind: 'failure'; readonly error: HcfsError }

/**
 * Follows what a path amounts to together with everything above it.
 *
 * 1. A change is told when what is resolved after it differs from what was resolved before.
 * 2. After a position to go on from, the first change on the way is told whatever it made of the
 *    path: nobody knows what the watcher had seen.
 * 3. Changes that come faster than they are read are told as one, the first of them.
 *
 * Rules that contradict each other are something a path amounts to, too: they are told, and no
 * watch ends by them.
 */
export class EffectiveWatching {
  readonly #components: EffectiveWatchingComponents

  constructor(components: EffectiveWatchingComponents) {
    this.#components = components
  }

  async *watch(path: ContextPath, { from, values, signal }: WatchOptions): AsyncGenerator<WatchedChange> {
    let before = this.#stateOf(path)
    let isUnknown = from !== undefined
    const options = { ...(from !== undefined && { from }), ...(signal && { signal }) }
    for await (const change of this.#components.changes(ROOT_PATH, options)) {
      if (!isPathPrefix(change.path, path)) continue
      const after = this.#stateOf(path)
      if (!isUnknown && isSame(before, after)) continue
      yield values === true ? { ...change, before: contentOf(before), after: contentOf(after) } : change
      before = after
      isUnknown = false
    }
  }

  #stateOf(path: ContextPath): EffectiveState {
    try {
      return { kind: 'context', context: this.#components.resolve(path) }
    } catch (error) {
      // Nothing there, or rules that cannot be followed; anything else is not for watchers to see.
      if (error instanceof HcfsError && STATES.has(error.code)) return { kind: 'failure', error }
      throw error
    }
  }
}

const STATES: ReadonlySet<string> = new Set(['CONTEXT_NOT_FOUND', 'RULES_INVALID', 'RULES_CONFLICT'])

function contentOf(state: EffectiveState): ContextContent {
  if (state.kind === 'failure') return EMPTY_CONTENT
  const { body, fields, tags, links, meta } = state.context
  return { body, fields, tags, links, meta }
}

function isSame(before: EffectiveState, after: EffectiveState): boolean {
  if (before.kind === 'context' && after.kind === 'context') {
    if (before.context === after.context) return true
    return JSON.stringify(seenOf(before.context)) === JSON.stringify(seenOf(after.context))
  }
  if (before.kind === 'context' || after.kind === 'context') return false
  return JSON.stringify(before.error) === JSON.stringify(after.error)
}

/** Who gave a value is not a part of the value. */
function seenOf({ body, fields, tags, links, meta, violations }: EffectiveContext) {
  return [body, fields, tags, links, meta, violations]
}
