import type { ContextContent, DraftOperation, FieldKeys, JsonObject, LinkInput } from '@hcfs/core'
import {
  assertWellFormed,
  assertWithinLimits,
  checkedLink,
  checkedTag,
  compareLinks,
  EMPTY_CONTENT,
  FieldEditor,
  HcfsError,
  linkName
} from '@hcfs/core'
import { hasMembers, isEqualJson } from './json-comparison.ts'
import { textEdits } from './text-diff.ts'

/** The parts of a context that a `put` names. */
export interface PutParts {
  readonly body?: string | undefined
  readonly fields?: JsonObject | undefined
  readonly tags?: readonly string[] | undefined
  readonly links?: readonly LinkInput[] | undefined
  readonly meta?: JsonObject | undefined
}

export interface PutOptions {
  /** Also clears the parts that are not named. */
  readonly replace?: boolean
}

/**
 * The smallest edit that makes the named parts of `base` what the caller wants;
 * parts that are not named are kept. Made against the version the caller read,
 * so that what others changed meanwhile, and the caller did not, stays changed.
 */
export function operationsForPut(
  base: ContextContent,
  parts: PutParts,
  { replace = false }: PutOptions = {}
): DraftOperation[] {
  const clears = replace && base !== EMPTY_CONTENT
  const { body, fields, tags, links, meta } = clears ? { ...EMPTY_CONTENT, ...named(parts) } : parts
  return [
    ...(body === undefined ? [] : bodyOperations(base.body, body)),
    ...(fields === undefined ? [] : fieldOperations(base.fields, checkedObject(fields), FIELDS)),
    ...(meta === undefined ? [] : fieldOperations(base.meta, checkedObject(meta), META)),
    ...(tags === undefined ? [] : tagOperations(base, tags)),
    ...(links === undefined ? [] : linkOperations(base, links))
  ]
}

function bodyOperations(before: string, after: string): DraftOperation[] {
  assertWellFormed(after)
  // Before the texts are compared, not after: comparing costs more the longer they are.
  assertWithinLimits({ ...EMPTY_CONTENT, body: before }, { ...EMPTY_CONTENT, body: after })
  return textEdits(before, after).flatMap(({ at, deleted, inserted }) => {
    const operations: DraftOperation[] = []
    if (deleted > 0) operations.push({ kind: 'body.delete', at, length: deleted })
    if (inserted !== '') operations.push({ kind: 'body.insert', at, text: inserted })
    return operations
  })
}

/** Where in which part objects are compared, and the operations that write there. */
interface FieldPlace {
  readonly set: 'field.set' | 'meta.set'
  readonly remove: 'field.remove' | 'meta.remove'
  readonly above: FieldKeys
}

const FIELDS: FieldPlace = { set: 'field.set', remove: 'field.remove', above: [] }
const META: FieldPlace = { set: 'meta.set', remove: 'meta.remove', above: [] }

/** Goes down as far as both sides are objects; a member that only one side has is set or removed whole. */
function fieldOperations(before: JsonObject, after: JsonObject, place: FieldPlace): DraftOperation[] {
  const operations: DraftOperation[] = []
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) operations.push({ kind: place.remove, keys: [...place.above, key] })
  }
  for (const key of Object.keys(after)) {
    const keys = [...place.above, key]
    const value = after[key]!
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (hasMembers(old) && hasMembers(value)) operations.push(...fieldOperations(old, value, { ...place, above: keys }))
    else if (old === undefined || !isEqualJson(old, value)) operations.push({ kind: place.set, keys, value })
  }
  return operations
}

function tagOperations({ tags }: ContextContent, wanted: readonly string[]): DraftOperation[] {
  const before = new Set(tags)
  const after = new Set(wanted.map(checkedTag))
  return [
    ...tags.filter((tag) => !after.has(tag)).map((tag): DraftOperation => ({ kind: 'tag.remove', tag })),
    ...[...after].filter((tag) => !before.has(tag)).map((tag): DraftOperation => ({ kind: 'tag.add', tag }))
  ]
}

function linkOperations({ links }: ContextContent, wanted: readonly LinkInput[]): DraftOperation[] {
  const before = new Set(links.map(linkName))
  const after = new Map(wanted.map(checkedLink).map((link) => [linkName(link), link]))
  return [
    ...links
      .filter((link) => !after.has(linkName(link)))
      .map((link): DraftOperation => ({ kind: 'link.remove', link })),
    ...[...after.values()]
      .filter((link) => !before.has(linkName(link)))
      .sort(compareLinks)
      .map((link): DraftOperation => ({ kind: 'link.add', link }))
  ]
}

/** A frozen copy of what the caller passed, once it is known to be JSON within the limits. */
function checkedObject(object: JsonObject): JsonObject {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new HcfsError('CONTENT_INVALID', 'Fields and meta are JSON objects; put a list under a key of its own')
  }
  const editor = new FieldEditor(EMPTY_CONTENT.fields)
  for (const key of Object.keys(object)) editor.set([key], object[key])
  return editor.toJson()
}

function named(parts: PutParts): PutParts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))
}
