import { keys } from '../storage/keys.ts'
import type { StoreReads } from '../storage/ordered-store.ts'
import { decodeVoids } from './void-record.ts'

/** Where in the log the first entry stands on which a settlement may still decide. */
export async function firstHeld(store: StoreReads): Promise<number | undefined> {
  for await (const chunk of store.scanText(keys.family('verdict'))) {
    for (const [key, text] of chunk) {
      for (const { isFinal } of decodeVoids(text).values()) if (!isFinal) return keys.parseVerdictKey(key)
    }
  }
  return undefined
}
