import type { CommitId, HybridTime, JsonValue } from '@hcfs/core'

/** One change, with everything its author had seen. */
export interface NaiveEvent {
  readonly id: CommitId
  readonly seen: ReadonlySet<CommitId>
  readonly hlc: HybridTime
  /** Decides between writes of one time. */
  readonly writer: string
  readonly change: NaiveChange
}

export type NaiveChange =
  | { readonly kind: 'insert-line'; readonly line: string }
  | { readonly kind: 'delete-line'; readonly line: string }
  | { readonly kind: 'add-tag' | 'remove-tag'; readonly tag: string }
  | { readonly kind: 'set-field'; readonly key: string; readonly value: JsonValue }
  | { readonly kind: 'remove-field'; readonly key: string }

/** What all replicas must end with, said without any data structure: straight from the rules. */
export function naiveMerge(events: readonly NaiveEvent[]) {
  return { lines: linesOf(events), tags: tagsOf(events), fields: fieldsOf(events) }
}

/** A line is there when somebody inserted it and nobody deleted it. */
function linesOf(events: readonly NaiveEvent[]): string[] {
  const deleted = new Set(events.flatMap(({ change }) => (change.kind === 'delete-line' ? [change.line] : [])))
  return events
    .flatMap(({ change }) => (change.kind === 'insert-line' && !deleted.has(change.line) ? [change.line] : []))
    .sort()
}

/** A tag is there when some adding of it was not seen by any removal. */
function tagsOf(events: readonly NaiveEvent[]): string[] {
  const tags = events.flatMap(({ id, change }) => {
    if (change.kind !== 'add-tag') return []
    const { tag } = change
    const isRemoved = events.some(
      (other) => other.change.kind === 'remove-tag' && other.change.tag === tag && other.seen.has(id)
    )
    return isRemoved ? [] : [tag]
  })
  return [...new Set(tags)].sort()
}

/** The latest write of a field counts. */
function fieldsOf(events: readonly NaiveEvent[]): Record<string, JsonValue> {
  const fields: Record<string, JsonValue> = {}
  const inOrder = events.toSorted((a, b) => a.hlc - b.hlc || (a.writer < b.writer ? -1 : 1))
  for (const { change } of inOrder) {
    if (change.kind === 'set-field') fields[change.key] = change.value
    if (change.kind === 'remove-field') delete fields[change.key]
  }
  return fields
}
