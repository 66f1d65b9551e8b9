import type { Link } from '../content/content.ts'
import type { LinkInput } from '../content/draft.ts'
import type { CommitId, DeviceId } from '../ids/ids.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { Version } from './receipt.ts'

/** Keys that HCFS itself reads; others are the caller's own. */
export interface ContextMeta extends JsonObject {
  readonly title?: string
  readonly kind?: string
  /** ISO 8601. From then on reads hide the context. */
  readonly expires?: string
  readonly [key: string]: JsonValue
}

/** A context as it was read. Frozen: it may be shared with other readers. */
export interface Context<Fields extends JsonObject = JsonObject> {
  readonly path: ContextPath
  readonly body: string
  readonly fields: Fields
  readonly tags: readonly string[]
  readonly links: readonly Link[]
  readonly meta: ContextMeta
  readonly version: Version
  /** The device whose write is the newest in this version. */
  readonly author: DeviceId
  readonly by?: By
  /** ISO 8601, from the author's clock. */
  readonly updatedAt: string
}

/** What `put` may name. A part that is named is replaced as a whole; the others are kept. */
export interface ContextParts<Fields extends JsonObject = JsonObject> {
  readonly body?: string
  readonly fields?: Fields
  readonly tags?: readonly string[]
  readonly links?: readonly LinkInput[]
  readonly meta?: ContextMeta
}

/** One row of a listing. */
export interface ListEntry {
  readonly path: ContextPath
  /** False for a folder that exists only because something lies below it. */
  readonly isContext: boolean
  /** Absent in recursive listings, where what lies below is listed itself. */
  readonly hasChildren?: boolean
  readonly title?: string
  readonly kind?: string
  readonly tags?: readonly string[]
  readonly bodyBytes?: number
  readonly version?: Version
  readonly author?: DeviceId
  readonly by?: By
  readonly updatedAt?: string
}

/** A removed context that `undelete` brings back. */
export interface TrashEntry {
  readonly path: ContextPath
  /** The version that was removed. */
  readonly version: Version
  readonly reason: 'removed' | 'expired' | 'moved'
  readonly author: DeviceId
  readonly by?: By
  readonly removedAt: string
}

/** What this node holds of one context, also of one that reads do not find. */
export interface ContextStatus {
  readonly path: ContextPath
  /** `shown`, or why reads do not find it. */
  readonly state: 'shown' | 'removed' | 'expired' | 'moved'
  readonly version: Version
  /** The changes that no other follows. More than one: devices wrote at the same time, and all of it counts. */
  readonly heads: readonly CommitId[]
  /** The device whose write is the newest. */
  readonly author: DeviceId
  readonly by?: By
  /** ISO 8601, from the author's clock. */
  readonly updatedAt: string
  readonly bodyBytes: number
  readonly history: { readonly entries: number; readonly bytes: number }
  /** The stored state from which versions are rebuilt, and what was written since. Absent: they are rebuilt from the beginning. */
  readonly checkpoint?: {
    readonly stateBytes: number
    readonly entriesSince: number
    readonly bytesSince: number
  }
}
