import type { Footprint } from './group-queue.ts'
import type { StoreOperation } from './ordered-store.ts'

/** What becomes of one item. An error concerns this item alone; the others of its group are stored. */
export type SealedOutcome<Result> = { readonly result: Result } | { readonly error: unknown }

export interface SealedGroup<Result> {
  readonly operations: readonly StoreOperation[]
  /** One for each item, in their order. */
  readonly outcomes: readonly SealedOutcome<Result>[]
}

/** Whoever writes through a `GroupCommit`. */
export interface GroupOwner<Item, Result> {
  footprintOf(item: Item): Footprint
  /**
   * Called when a group closes, in the order in which groups are stored. May build on what it
   * sealed before, though that may still be on its way to the disk. When it throws, the
   * whole group fails and `recover` follows.
   */
  seal(items: readonly Item[]): SealedGroup<Result>
  /**
   * After a failure: makes the store writable again (`store.recover()`) and goes back to what
   * is stored, because what was sealed may not be. A group that failed may be stored
   * nonetheless. While it rejects, writes fail with its error, and each new write tries again.
   */
  recover(): Promise<void>
  /**
   * These are in the store now, and reads see them. Called once for each, in order, before
   * their writers hear of it: what is cached of older state has to go here.
   */
  onStored?(results: readonly Result[]): void
  /**
   * These are on the disk now, too, and may be shown to others. Called after `onStored`: at once
   * with `disk`, later with `buffered`. When an fsync failed it is not called for what
   * that was for; what is in the store after `recover` is on the disk.
   */
  onDurable?(results: readonly Result[]): void
}
