import type { By, ContextContent, ContextPath, DeviceId, DocId, Version } from '@hcfs/core'
import { toMilliseconds } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'

/** What the index learns of a context. Plain data: it crosses to another thread. */
export interface SearchableContext {
  readonly docId: DocId
  readonly path: ContextPath
  readonly version: Version
  readonly author: DeviceId
  readonly by?: By
  readonly updatedAtMs: number
  readonly content: ContextContent
}

export function searchableOf(row: ContextRow): SearchableContext {
  return {
    docId: row.docId,
    path: row.path,
    version: versionOf(row.heads),
    author: row.author,
    updatedAtMs: toMilliseconds(row.hlc),
    content: row.content,
    ...(row.by === undefined ? {} : { by: row.by })
  }
}
