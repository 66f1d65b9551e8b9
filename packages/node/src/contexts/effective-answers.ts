import type { ContextPath, EffectiveContext, WatchedChange, WatchOptions } from '@hcfs/core'

/** What may be seen of the contexts above a path. */
export interface EffectiveScope {
  /** Nothing above it is looked at. */
  readonly top?: ContextPath
}

/** What paths amount to together with everything above them. */
export interface EffectiveAnswers {
  resolve(path: ContextPath, scope?: EffectiveScope): EffectiveContext
  /** With the commit that gave each value. */
  resolveKeys(path: ContextPath, scope: EffectiveScope & { readonly signal?: AbortSignal }): Promise<EffectiveContext>
  watch(path: ContextPath, options: Omit<WatchOptions, 'effective'>): AsyncIterable<WatchedChange>
}
