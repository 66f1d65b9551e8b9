import type { ContextParts } from '../api/context.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'

/** Parts with the changes of whoever applies a template: objects key by key, tags and links added, bodies replaced. */
export function mergeParts(parts: ContextParts, changes: ContextParts): ContextParts {
  return {
    ...parts,
    ...changes,
    ...(changes.fields !== undefined && { fields: mergeObjects(parts.fields ?? {}, changes.fields) }),
    ...(changes.meta !== undefined && { meta: mergeObjects(parts.meta ?? {}, changes.meta) }),
    ...(changes.tags !== undefined && { tags: [...new Set([...(parts.tags ?? []), ...changes.tags])] }),
    ...(changes.links !== undefined && { links: [...(parts.links ?? []), ...changes.links] })
  }
}

function mergeObjects(base: JsonObject, changes: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(changes)) merged.set(name, mergeValues(merged.get(name), value))
  return Object.fromEntries(merged)
}

function mergeValues(base: JsonValue | undefined, change: JsonValue): JsonValue {
  return isJsonObject(base) && isJsonObject(change) ? mergeObjects(base, change) : change
}
