import type { CommitId, DeviceId } from '../ids/ids.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { Version } from './receipt.ts'

export type ChangeKind = 'update' | 'delete' | 'undelete' | 'expire'

/** One change of one context, newest first in `history`. */
export interface HistoryEntry {
  readonly commit: CommitId
  /** The context as it stood right after this change; pass it to `get`, `diff` or `restore`. */
  readonly version: Version
  readonly kind: ChangeKind
  /** Where the context lived then: it may have been moved since. */
  readonly path: ContextPath
  readonly author: DeviceId
  readonly by?: By
  readonly note?: string
  /** ISO 8601, from the author's clock. */
  readonly time: string
  readonly payloadBytes: number
}

/** One change in the order in which this node applied it. */
export interface Change {
  /** Pass it as `from` to go on after this change, also after a restart. */
  readonly position: number
  readonly path: ContextPath
  readonly kind: ChangeKind
  readonly version: Version
  readonly commit: CommitId
  readonly author: DeviceId
  readonly by?: By
  readonly note?: string
  readonly time: string
}
