import type { EffectiveContext } from '../api/effective.ts'
import { parsePointer } from '../content/json-pointer.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { chooseParts } from './choose-parts.ts'
import type { EffectivePart } from './effective-parts.ts'
import { effectiveParts } from './effective-parts.ts'
import type { LeftOut } from './render-effective.ts'
import { assertRoom, leftOutOf } from './render-effective.ts'

export interface FittedContext {
  readonly context: EffectiveContext
  readonly leftOut: readonly LeftOut[]
}

/**
 * The parts of a context that fit into so many tokens, for programs. Only values count: its blame,
 * of which the keys that are left remain, does not.
 */
export function fitEffective(context: EffectiveContext, { tokensMax }: { readonly tokensMax: number }): FittedContext {
  assertRoom(tokensMax)
  const tokensWith = (parts: readonly EffectivePart[]): number => parts.reduce((sum, { tokens }) => sum + tokens, 0)
  const { kept, leftOut } = chooseParts(effectiveParts(context), { tokensMax, tokensWith })
  if (leftOut.length === 0) return { context, leftOut: [] }
  const keys = new Set(kept.map(({ key }) => key))
  const gone = new Set(leftOut.map(({ key }) => key))
  return {
    context: {
      ...context,
      body: kept.flatMap(({ kind, text }) => (kind === 'section' ? [text] : [])).join(''),
      fields: withoutFields(context.fields, [...gone]),
      tags: keys.has('tags') ? context.tags : [],
      links: keys.has('links') ? context.links : [],
      blame: Object.fromEntries(Object.entries(context.blame).filter(([key]) => !gone.has(key)))
    },
    leftOut: leftOut.map(leftOutOf)
  }
}

function withoutFields(fields: JsonObject, keys: readonly string[]): JsonObject {
  const pointers = keys.flatMap((key) => (key.startsWith('/') ? [parsePointer(key) ?? []] : []))
  return withoutPointers(fields, pointers)
}

function withoutPointers(object: JsonObject, pointers: readonly (readonly string[])[]): JsonObject {
  const left = Object.entries(object).flatMap(([name, value]): [string, JsonValue][] => {
    const inside = pointers.flatMap(([first, ...rest]) => (first === name ? [rest] : []))
    if (inside.some((rest) => rest.length === 0)) return []
    if (inside.length === 0 || !isJsonObject(value)) return [[name, value]]
    const inner = withoutPointers(value, inside)
    return Object.keys(inner).length === 0 ? [] : [[name, inner]]
  })
  return Object.fromEntries(left)
}
