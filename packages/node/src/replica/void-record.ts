import { commitId } from '@hcfs/core'
import type { EntryVerdict, EntryVoid, VoidReason } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'

/** The void entries of one commit by their place in it. */
export type Voids = ReadonlyMap<number, EntryVoid>

export const NO_VOIDS: Voids = new Map()

type StoredVoid = readonly [index: number, reason: VoidReason, isFinal: 0 | 1, because: string | null]

export function readVoids(store: StoreReads, position: number): Voids {
  const text = store.getTextSync(keys.verdict(position))
  return text === undefined ? NO_VOIDS : decodeVoids(text)
}

/** What to write so that these are the verdicts of a commit. Where all its entries apply, nothing is stored. */
export function writeVoids(position: number, entries: readonly EntryVerdict[]): StoreOperation {
  const stored: StoredVoid[] = []
  for (const [index, entry] of entries.entries()) {
    if (entry.verdict === 'void') stored.push([index, entry.reason, entry.isFinal ? 1 : 0, entry.because ?? null])
  }
  const key = keys.verdict(position)
  return stored.length === 0 ? { type: 'del', key } : { type: 'put', key, value: JSON.stringify(stored) }
}

export function decodeVoids(text: string): Voids {
  const stored: readonly StoredVoid[] = JSON.parse(text)
  return new Map(
    stored.map(([index, reason, isFinal, because]) => [
      index,
      { verdict: 'void', reason, isFinal: isFinal === 1, ...(because !== null && { because: commitId(because) }) }
    ])
  )
}

const APPLIES: EntryVerdict = { verdict: 'apply' }

export function entryVerdicts(entryCount: number, voids: Voids): EntryVerdict[] {
  return Array.from({ length: entryCount }, (_, index) => voids.get(index) ?? APPLIES)
}

export function isVoid(verdict: EntryVerdict | undefined): verdict is EntryVoid {
  return verdict?.verdict === 'void'
}
