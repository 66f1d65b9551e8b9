import { compareCodePoints } from '@hcfs/core'
import type { StoreKey, StoreOperation } from './ordered-store.ts'

/** The order of the keys' UTF-8 bytes. */
export function compareKeys(a: StoreKey, b: StoreKey): number {
  return compareCodePoints(a, b)
}

/** UTF-8 would turn each lone surrogate into the same character, and two keys into one. */
export function assertStoreKey(key: StoreKey): void {
  if (key === '') throw new TypeError('A key of the store must not be empty')
  if (!key.isWellFormed()) throw new TypeError('A key of the store must not hold a lone surrogate')
}

export function assertStoreOperation(operation: StoreOperation): void {
  assertStoreKey(operation.key)
  if (operation.type === 'del' || typeof operation.value !== 'string') return
  if (!operation.value.isWellFormed()) throw new TypeError('A text in the store must not hold a lone surrogate')
}
