import type { JsonObject, JsonValue } from '@hcfs/core'
import { Type } from 'typebox'

/** Nothing is ignored: a member that is not known is a mistake of the caller. */
export const STRICT = { additionalProperties: false } as const

/** Any JSON object. How deep and large it may be, the node checks. */
const AnyObject = Type.Unsafe<JsonObject>({ type: 'object' })

/** The parts of a context that a put names. */
export const PARTS = {
  body: Type.Optional(Type.String()),
  fields: Type.Optional(AnyObject),
  tags: Type.Optional(Type.Array(Type.String())),
  links: Type.Optional(Type.Array(Type.Object({ to: Type.String(), rel: Type.String() }, STRICT))),
  meta: Type.Optional(AnyObject)
}

export const PRECONDITIONS = {
  ifVersion: Type.Optional(Type.String()),
  ifAbsent: Type.Optional(Type.Boolean())
}

export const NOTE = { note: Type.Optional(Type.String()) }

export const BASE = { base: Type.Optional(Type.String()) }

/** `parseDraftOperations` says what is wrong with one of them. */
export const OPERATIONS = { operations: Type.Array(Type.Unsafe<JsonValue>({})) }
