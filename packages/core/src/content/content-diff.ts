import type { JsonValue } from '../json.ts'
import type { Link } from './content.ts'

/** What differs between two versions of a context. */
export interface ContentDiff {
  readonly body: readonly LinesHunk[]
  readonly fields: readonly ValueChange[]
  readonly meta: readonly ValueChange[]
  readonly tags: SetChange<string>
  readonly links: SetChange<Link>
}

/** Changed lines with some unchanged ones around them. Lines are counted from 1, as in unified diffs. */
export interface LinesHunk {
  readonly beforeStart: number
  readonly beforeCount: number
  readonly afterStart: number
  readonly afterCount: number
  readonly lines: readonly DiffLine[]
}

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  /** With the line's end; only the last line of a text may have none. */
  readonly text: string
}

/** One value that was set, changed or removed; a missing side was not there. */
export interface ValueChange {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string
  readonly before?: JsonValue
  readonly after?: JsonValue
}

export interface SetChange<Value> {
  readonly added: readonly Value[]
  readonly removed: readonly Value[]
}
