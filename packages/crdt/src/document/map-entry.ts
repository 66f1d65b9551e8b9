import type { HybridTime } from '@hcfs/core'
import type { KeyOwner } from './owned-key.ts'
import { readRegister } from './register.ts'
import { readLinkEntry, readTagEntry } from './set-entry.ts'

/** The roots of a context document: one text and four maps. Anything else in an update is refused. */
export const DOCUMENT_ROOTS = ['body', 'fields', 'meta', 'tags', 'links'] as const

export type DocumentRoot = (typeof DOCUMENT_ROOTS)[number]
export type MapRoot = Exclude<DocumentRoot, 'body'>

/** What validation has to know of a map entry. */
export interface MapEntry {
  readonly owner: KeyOwner
  /** When it says it was written; only registers do. */
  readonly time: HybridTime | undefined
}

/** Reads one entry of a map root; `undefined` when no writer that follows the rules would have written it. */
export function readMapEntry(root: MapRoot, key: string, stored: unknown): MapEntry | undefined {
  if (root === 'fields' || root === 'meta') return readRegister(root, key, stored)
  const entry = root === 'tags' ? readTagEntry(key, stored) : readLinkEntry(key, stored)
  return entry && { owner: entry.owner, time: undefined }
}

export function isMapRoot(root: string): root is MapRoot {
  return root === 'fields' || root === 'meta' || root === 'tags' || root === 'links'
}
