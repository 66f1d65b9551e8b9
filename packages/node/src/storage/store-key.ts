import type { StoreKey, StoreOperation } from './ordered-store.ts'

const SURROGATE_FIRST = 0xd800
const SURROGATE_LAST = 0xdfff
/** Lifts surrogates above every other unit, where their code points are. */
const ABOVE_BASIC_PLANE = 0x10000

/** The order of the keys' UTF-8 bytes, which is that of their code points. */
export function compareKeys(a: StoreKey, b: StoreKey): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index)
    const unitB = b.charCodeAt(index)
    if (unitA !== unitB) return rank(unitA) - rank(unitB)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= SURROGATE_FIRST && unit <= SURROGATE_LAST ? unit + ABOVE_BASIC_PLANE : unit
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
