import type { Context, ContextPath, ListEntry, TrashEntry } from '@hcfs/core'
import { toMilliseconds, utf8ByteLength } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'

/** Contexts that were shown before, by the row they were made of: reading a hot one makes nothing new. */
const shownBefore = new WeakMap<ContextRow, Context>()

export function contextOf(row: ContextRow): Context {
  const known = shownBefore.get(row)
  if (known !== undefined) return known
  const context: Context = Object.freeze({
    path: row.path,
    ...row.content,
    version: versionOf(row.heads),
    author: row.author,
    ...(row.by === undefined ? {} : { by: Object.freeze(row.by) }),
    updatedAt: isoTime(row)
  })
  shownBefore.set(row, context)
  return context
}

export function listEntryOf(row: ContextRow): ListEntry {
  const { title, kind } = row.content.meta
  return {
    path: row.path,
    isContext: true,
    ...(typeof title === 'string' && { title }),
    ...(typeof kind === 'string' && { kind }),
    tags: row.content.tags,
    bodyBytes: utf8ByteLength(row.content.body),
    version: versionOf(row.heads),
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    updatedAt: isoTime(row)
  }
}

export function folderEntryOf(path: ContextPath): ListEntry {
  return { path, isContext: false }
}

export function trashEntryOf(row: ContextRow): TrashEntry {
  return {
    path: row.path,
    version: versionOf(row.heads),
    reason: row.hiddenBy[0]?.reason ?? 'expired',
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    removedAt: isoTime(row)
  }
}

function isoTime({ hlc }: ContextRow): string {
  return new Date(toMilliseconds(hlc)).toISOString()
}
