import type { ContentDiff, ContextContent, FieldKeys, JsonObject, LinesHunk, SetChange, ValueChange } from '@hcfs/core'
import { formatPointer, linkName } from '@hcfs/core'
import { hasMembers, isEqualJson } from './json-comparison.ts'
import { lineHunks } from './line-hunks.ts'
import { diffLines } from './text-diff.ts'

export interface DiffOptions {
  /** Unchanged lines shown before and after changed ones. @default 3 */
  readonly contextLines?: number
}

/** What differs between two versions of a context, for people and programs to read; `operationsForPut` is for writing it. */
export function diffContents(
  before: ContextContent,
  after: ContextContent,
  { contextLines = 3 }: DiffOptions = {}
): ContentDiff {
  return {
    body: bodyHunks(before.body, after.body, contextLines),
    fields: valueChanges(before.fields, after.fields),
    meta: valueChanges(before.meta, after.meta),
    tags: setChange(before.tags, after.tags, (tag) => tag),
    links: setChange(before.links, after.links, linkName)
  }
}

function bodyHunks(before: string, after: string, contextLines: number): LinesHunk[] {
  return before === after ? [] : lineHunks(diffLines(before, after), contextLines)
}

/** Goes down as far as both sides are objects, like the operations of a `put`. */
function valueChanges(before: JsonObject, after: JsonObject, above: FieldKeys = []): ValueChange[] {
  const changes: ValueChange[] = []
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const keys = [...above, key]
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    const value = Object.hasOwn(after, key) ? after[key] : undefined
    if (hasMembers(old) && hasMembers(value)) changes.push(...valueChanges(old, value, keys))
    else if (old === undefined || value === undefined || !isEqualJson(old, value)) {
      changes.push({
        pointer: formatPointer(keys),
        ...(old === undefined ? {} : { before: old }),
        ...(value === undefined ? {} : { after: value })
      })
    }
  }
  return changes
}

function setChange<Value>(
  before: readonly Value[],
  after: readonly Value[],
  nameOf: (value: Value) => string
): SetChange<Value> {
  const names = { before: new Set(before.map(nameOf)), after: new Set(after.map(nameOf)) }
  return {
    added: after.filter((value) => !names.before.has(nameOf(value))),
    removed: before.filter((value) => !names.after.has(nameOf(value)))
  }
}
