import type { Context, DraftOperation, JsonObject, JsonValue, Link, LinkInput } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'

/** What RFC 7396 lets a caller say of a context. `null` empties a part. */
export interface ContextPatch {
  readonly body?: string | null
  readonly fields?: JsonObject | null
  readonly tags?: readonly string[] | null
  readonly links?: readonly LinkInput[] | null
  readonly meta?: JsonObject | null
}

/**
 * A merge patch (RFC 7396) as the operations of an edit, so that it is merged
 * with what others write meanwhile: only keys that the patch names are touched.
 */
export function mergePatchOperations(
  context: Pick<Context, 'fields' | 'meta' | 'tags' | 'links'>,
  patch: ContextPatch
): DraftOperation[] {
  const { body, fields, tags, links, meta } = patch
  return [
    ...(body === undefined ? [] : [{ kind: 'body.replace', text: body ?? '' } as const]),
    ...(fields === undefined ? [] : treeSteps('field', context.fields, fields)),
    ...(meta === undefined ? [] : treeSteps('meta', context.meta, meta)),
    ...(tags === undefined ? [] : tagSteps(context.tags, tags ?? [])),
    ...(links === undefined
      ? []
      : linkSteps(
          context.links,
          (links ?? []).map(({ to, rel }) => ({ to: parsePath(to), rel }))
        ))
  ]
}

function treeSteps(part: 'field' | 'meta', target: JsonObject, patch: JsonObject | null): DraftOperation[] {
  if (patch !== null) return objectSteps({ part, above: [] }, target, patch)
  return Object.keys(target).map((key) => ({ kind: `${part}.remove`, keys: [key] }) as const)
}

interface Place {
  readonly part: 'field' | 'meta'
  readonly above: readonly string[]
}

function objectSteps({ part, above }: Place, target: JsonObject, patch: JsonObject): DraftOperation[] {
  return Object.entries(patch).flatMap(([key, value]): DraftOperation[] => {
    const keys = [...above, key]
    const current = Object.hasOwn(target, key) ? target[key] : undefined
    if (value === null) return current === undefined ? [] : [{ kind: `${part}.remove`, keys }]
    if (isObject(value) && isObject(current)) return objectSteps({ part, above: keys }, current, value)
    return [{ kind: `${part}.set`, keys, value: withoutNulls(value) }]
  })
}

/** Where there is no object to merge into, the patch itself stands, without what it would remove. */
function withoutNulls(value: JsonValue): JsonValue {
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([, each]) => each !== null)
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNulls(each)]))
}

function tagSteps(current: readonly string[], wanted: readonly string[]): DraftOperation[] {
  const removed = current.filter((tag) => !wanted.includes(tag))
  const added = wanted.filter((tag) => !current.includes(tag))
  return [
    ...removed.map((tag) => ({ kind: 'tag.remove', tag }) as const),
    ...added.map((tag) => ({ kind: 'tag.add', tag }) as const)
  ]
}

function linkSteps(current: readonly Link[], wanted: readonly Link[]): DraftOperation[] {
  const isIn = (links: readonly Link[], { to, rel }: Link) => links.some((each) => each.to === to && each.rel === rel)
  return [
    ...current.filter((link) => !isIn(wanted, link)).map((link) => ({ kind: 'link.remove', link }) as const),
    ...wanted.filter((link) => !isIn(current, link)).map((link) => ({ kind: 'link.add', link }) as const)
  ]
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads the body of a merge patch; what a part may hold the node checks. */
export function parseContextPatch(body: unknown): ContextPatch {
  return checkedPatch(body)
}

const PARTS: Readonly<Record<keyof ContextPatch, (value: unknown) => boolean>> = {
  body: (value) => typeof value === 'string',
  fields: (value) => isPlainObject(value),
  tags: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
  links: (value) => Array.isArray(value) && value.every(isLink),
  meta: (value) => isPlainObject(value)
}

function checkedPatch(body: unknown): ContextPatch {
  if (!isPlainObject(body)) throw refused('body', 'is a JSON object')
  for (const [name, value] of Object.entries(body)) {
    const fits = isPart(name) ? PARTS[name] : undefined
    if (fits === undefined) throw refused(`body/${name}`.slice(0, 200), 'is no part of a context; leave it out')
    if (value !== null && !fits(value)) throw refused(`body/${name}`, 'is not what that part holds, nor null')
  }
  return body
}

function isPart(name: string): name is keyof ContextPatch {
  return Object.hasOwn(PARTS, name)
}

function isPlainObject(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLink(value: unknown): boolean {
  return isPlainObject(value) && typeof value['to'] === 'string' && typeof value['rel'] === 'string'
}

function refused(field: string, what: string): HcfsError {
  return new HcfsError('BAD_REQUEST', `${field} ${what}`, { details: { field } })
}
