import type { ContextPath } from '@hcfs/core'

export interface ChangeClockOptions {
  /** How many changed paths are remembered; beyond it everything counts as changed. */
  readonly changedPathsMax: number
}

/**
 * Says whether anything has changed at given paths since a moment. Nothing is walked when a context
 * changes, however much lies below it: whoever depends on it compares moments when it is asked.
 *
 * Remembers a change only while it might matter: with too many of them it forgets all, and
 * everything counts as changed once.
 */
export class ChangeClock {
  readonly #changedPathsMax: number
  readonly #changedAt = new Map<ContextPath, number>()
  #now = 0
  /** Everything counts as changed then. */
  #allChangedAt = 0

  constructor({ changedPathsMax }: ChangeClockOptions) {
    this.#changedPathsMax = changedPathsMax
  }

  /** Moments grow with every change. */
  get now(): number {
    return this.#now
  }

  changed(path: ContextPath): void {
    this.#now += 1
    this.#changedAt.set(path, this.#now)
    if (this.#changedAt.size > this.#changedPathsMax) this.everythingChanged()
  }

  everythingChanged(): void {
    this.#now += 1
    this.#allChangedAt = this.#now
    this.#changedAt.clear()
  }

  hasChangedSince(moment: number, paths: readonly ContextPath[]): boolean {
    if (this.#now === moment) return false
    if (this.#allChangedAt > moment) return true
    for (const path of paths) {
      const at = this.#changedAt.get(path)
      if (at !== undefined && at > moment) return true
    }
    return false
  }
}
