import type { Context, ContextPath, ContextStatus, ListEntry, TrashEntry } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { isShown, versionOf } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { CachedRow } from '../replica/row-store.ts'
import { isoTimeOf } from './iso-time.ts'

/** Made once for all readers: reading a hot context makes nothing new. */
export function sharedContextOf(cached: CachedRow): Context {
  cached.context ??= contextOf(cached.row)
  return cached.context
}

export function contextOf(row: ContextRow): Context {
  return Object.freeze({
    path: row.path,
    ...row.content,
    version: versionOf(row.heads),
    author: row.author,
    ...(row.by === undefined ? {} : { by: Object.freeze(row.by) }),
    updatedAt: isoTimeOf(row.hlc)
  })
}

export function listEntryOf(row: ContextRow): ListEntry {
  const { title, kind } = row.content.meta
  return {
    path: row.path,
    isContext: true,
    ...(typeof title === 'string' && { title }),
    ...(typeof kind === 'string' && { kind }),
    tags: row.content.tags,
    bodyBytes: Buffer.byteLength(row.content.body),
    version: versionOf(row.heads),
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    updatedAt: isoTimeOf(row.hlc)
  }
}

export function folderEntryOf(path: ContextPath): ListEntry {
  return { path, isContext: false }
}

export function trashEntryOf(row: ContextRow): TrashEntry {
  return {
    path: row.path,
    version: versionOf(row.heads),
    reason: hiddenReasonOf(row),
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    removedAt: isoTimeOf(row.hlc)
  }
}

export function contextStatusOf(row: ContextRow, nowMs: number): ContextStatus {
  const { stateBytes, entries, bytes } = row.sinceCheckpoint
  return {
    path: row.path,
    state: isShown(row) && !isExpired(row.content, nowMs) ? 'shown' : hiddenReasonOf(row),
    version: versionOf(row.heads),
    heads: row.heads,
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    updatedAt: isoTimeOf(row.hlc),
    bodyBytes: Buffer.byteLength(row.content.body),
    history: { entries: row.entryCount, bytes: row.historyBytes },
    ...(stateBytes > 0 && { checkpoint: { stateBytes, entriesSince: entries, bytesSince: bytes } })
  }
}

/** Of a row that is not shown: without an entry that hides it, its time has only just come. */
function hiddenReasonOf({ hiddenBy }: ContextRow): TrashEntry['reason'] {
  return hiddenBy[0]?.reason ?? 'expired'
}
